// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

/** One thing that a check has found, and what to do about it. Immutable. */
final class Finding {

    /** How bad a finding is. */
    enum Level {
        /** As it should be, and usually of no interest. */
        DETAIL,
        OK,
        /** Works, but perhaps not as the operator intends. */
        WARNING,
        /** Keeps James from starting, keeps every client from being granted, or makes an open relay. */
        PROBLEM
    }

    /** What a problem leads to. */
    enum Effect {
        NONE,
        /** James does not start. */
        NO_START,
        /** No client is ever granted, or no grant ever allows anything. */
        NO_GRANT,
        /** Strangers may relay. */
        OPEN_RELAY
    }

    private final String subject;
    private final Level level;
    private final Effect effect;
    private final String text;

    Finding(String subject, Level level, Effect effect, String text) {
        this.subject = subject;
        this.level = level;
        this.effect = effect;
        this.text = text;
    }

    /** The file, or the part of the installation, that it is about. */
    String subject() {
        return subject;
    }

    Level level() {
        return level;
    }

    Effect effect() {
        return effect;
    }

    String text() {
        return text;
    }
}
