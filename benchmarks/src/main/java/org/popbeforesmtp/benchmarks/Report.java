// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

final class Report {
    static String of(Path json) throws IOException {
        return json.toString();
    }
}
