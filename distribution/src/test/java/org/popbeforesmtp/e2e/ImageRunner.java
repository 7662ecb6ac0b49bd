// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** Starts the James of a Docker image. What does it is looked up, because the demo does without Docker and its libraries. */
public interface ImageRunner {

    /**
     * Starts it.
     *
     * @param root the folder with the files of a test
     * @param log where its output goes
     * @param options of its Java virtual machine, separated by blanks
     */
    Process start(String image, Path root, Path log, String options) throws IOException;

    /** The one that there is. */
    static ImageRunner find() {
        return ServiceLoader.load(ImageRunner.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing here can run a Docker image"));
    }
}
