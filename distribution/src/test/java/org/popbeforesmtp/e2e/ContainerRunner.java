// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.nio.file.Path;

/** With Testcontainers. */
public final class ContainerRunner implements ImageRunner {

    @Override
    public Process start(String image, Path root, Path log, String options) throws IOException {
        return ContainerProcess.start(image, root, log, options);
    }
}
