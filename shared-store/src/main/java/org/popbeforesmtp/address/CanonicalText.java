// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads addresses as {@link ClientAddress#toString} writes them, several times as fast as the IPAddress library, which knows
 * all literals: a start may read a million of them.
 */
final class CanonicalText {

    private static final int GROUPS = 8;

    private final String text;
    private int at;

    private CanonicalText(String text) {
        this.text = text;
    }

    /** The bytes of an address; null if it takes the library to tell. */
    static byte @Nullable [] read(String text) {
        CanonicalText reader = new CanonicalText(text);
        return text.indexOf(':') < 0 ? reader.quad() : reader.groups();
    }

    private byte @Nullable [] quad() {
        byte[] bytes = new byte[4];
        for (int i = 0; i < bytes.length; i++) {
            int start = at;
            int octet = number(10, 3);
            if (octet < 0 || octet > 0xFF || (at - start > 1 && text.charAt(start) == '0')) {
                return null;
            }
            bytes[i] = (byte) octet;
            if (i < 3 && !skip('.')) {
                return null;
            }
        }
        return at == text.length() ? bytes : null;
    }

    private byte @Nullable [] groups() {
        byte[] bytes = new byte[2 * GROUPS];
        int count = 0;
        int gap = text.startsWith("::") ? 0 : -1;
        at = gap < 0 ? 0 : 2;
        while (at < text.length() && count < GROUPS) {
            int group = number(16, 4);
            if (group < 0) {
                return null;
            }
            bytes[2 * count] = (byte) (group >> 8);
            bytes[2 * count + 1] = (byte) group;
            count++;
            if (at < text.length() && !skip(':')) {
                return null;
            }
            if (gap < 0 && skip(':')) {
                gap = count;
            }
        }
        boolean isWhole = at == text.length() && (gap >= 0 ? count < GROUPS : count == GROUPS);
        if (!isWhole || (text.endsWith(":") && gap != count)) {
            return null;
        }
        if (gap >= 0) {
            int behind = 2 * (count - gap);
            System.arraycopy(bytes, 2 * gap, bytes, bytes.length - behind, behind);
            Arrays.fill(bytes, 2 * gap, bytes.length - behind, (byte) 0);
        }
        return bytes;
    }

    private boolean skip(char expected) {
        boolean isThere = at < text.length() && text.charAt(at) == expected;
        at += isThere ? 1 : 0;
        return isThere;
    }

    /** The number that follows; negative if there is none. */
    private int number(int radix, int mostDigits) {
        int number = -1;
        for (int end = Math.min(text.length(), at + mostDigits); at < end; at++) {
            char c = text.charAt(at);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                break;
            }
            number = Math.max(0, number) * radix + digit;
        }
        return number;
    }
}
