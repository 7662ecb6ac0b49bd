// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

/** The file cannot be written although nothing is wrong with it or with the settings: that passes. */
final class DiskFullException extends RuntimeException {

    DiskFullException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
