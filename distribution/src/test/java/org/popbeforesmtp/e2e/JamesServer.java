// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A James in a process of its own, as an operator runs it: James's own class path, the extension jar in {@code
 * extensions-jars/}, the shipped sample configuration. Its users and mails are in memory and gone after a restart.
 */
public final class JamesServer implements AutoCloseable {

    private static final String STARTED = "JAMES server started";

    /** The audit log is written a moment after what it tells of. */
    private static final Duration LOGGED_WITHIN = Duration.ofMillis(100);

    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

    private final JamesDirectory directory;
    private final JamesUnderTest james;
    private final List<Path> classPath;
    private final List<String> options;
    private final Thread killer = new Thread(this::kill, "james-killer");
    private Process process;

    JamesServer(JamesDirectory directory, JamesUnderTest james, List<Path> classPath, List<String> options) {
        this.directory = directory;
        this.james = james;
        this.classPath = classPath;
        this.options = options;
        // Whenever this virtual machine ends from here on, James ends too: the hook waits for the lock.
        synchronized (this) {
            Runtime.getRuntime().addShutdownHook(killer);
            process = launch();
        }
    }

    /** A server whose files are in a directory of that name, which stays there after the test to be looked at. */
    public static JamesBuilder named(String name) {
        JamesUnderTest james = JamesUnderTest.configured();
        james.speedUp();
        return in(Build.target().resolve("james-" + name + james.label()));
    }

    /** A server whose files are in a directory, which is emptied before. */
    public static JamesBuilder in(Path directory) {
        return new JamesBuilder(directory);
    }

    public int smtpPort() {
        return directory.port(25);
    }

    public int submissionPort() {
        return directory.port(587);
    }

    public int pop3Port() {
        return directory.port(110);
    }

    /** POP3 that is encrypted from the start. */
    public int pop3sPort() {
        return directory.port(995);
    }

    boolean hasImap() {
        return directory.hasPort(143);
    }

    public int imapPort() {
        return directory.port(143);
    }

    /** IMAP that is encrypted from the start. */
    public int imapsPort() {
        return directory.port(993);
    }

    public int webAdminPort() {
        return directory.port(8000);
    }

    public WebAdmin webAdmin() {
        return new WebAdmin(webAdminPort());
    }

    public SmtpClient smtp(String from) {
        return SmtpClient.connect(from, smtpPort());
    }

    public Pop3Client pop3(String from) {
        return Pop3Client.connect(from, pop3Port());
    }

    ImapClient imap(String from) {
        return ImapClient.connect(from, imapPort());
    }

    /** Logs in over POP3 and hangs up in order; the reply to the password. */
    public String checkMail(String from, String user, String password) {
        Pop3Client client = pop3(from);
        String reply = client.login(user, password);
        client.quit();
        return reply;
    }

    /** All that James has written since it was started first. */
    public String log() {
        try {
            return Files.readString(logFile(), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of the log that hold a text, those of what has just happened included. */
    public List<String> logLines(String text) {
        pause(LOGGED_WITHIN);
        return log().lines().filter(line -> line.contains(text)).collect(Collectors.toList());
    }

    public Path root() {
        return directory.root();
    }

    /** Its files, to be changed while it is stopped. */
    JamesDirectory directory() {
        return directory;
    }

    private Path logFile() {
        return directory.root().resolve("james.log");
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** Ends the process in order, as an operator does (SIGTERM). */
    public void stop() {
        process.destroy();
        await();
    }

    /** Kills the process (kill -9). */
    public synchronized void kill() {
        process.destroyForcibly();
        await();
    }

    /** Starts a new process in the directory of the old one, which must have ended. */
    public void startAgain() {
        synchronized (this) {
            process = launch();
        }
        waitUntilReady(starts());
    }

    private void await() {
        try {
            if (!process.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("James has not stopped within " + STOP_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private Process launch() {
        try {
            return james.launch(directory.root(), classPath, options, logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How much processor time it has used since it was started. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private long starts() {
        return log().lines().filter(line -> line.contains(STARTED)).count();
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    JamesServer waitUntilReady(long formerStarts) {
        Instant end = Instant.now().plus(START_TIMEOUT);
        while (starts() <= formerStarts) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                boolean hasExited = !process.isAlive();
                close();
                throw new StartFailure(hasExited ? "James has exited" : "James has not started in time", log());
            }
            pause(Duration.ofMillis(20));
        }
        return this;
    }

    /** Ends the process at once; a test that is about the end of James stops it before. */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // This virtual machine is ending, and the hook with it.
        }
    }

    /** Deletes what the server leaves behind; it must have ended. */
    public void deleteFiles() {
        directory.delete();
    }

    /** That James did not start, and what it said. */
    public static final class StartFailure extends RuntimeException {
        private static final Pattern ERROR = Pattern.compile("(?m)^.*( ERROR |Exception in thread ).*$");

        private final String log;

        StartFailure(String message, String log) {
            super(message + ":\n" + reason(log));
            this.log = log;
        }

        /** The part of a log that begins with its first error, or its end if there is none. */
        private static String reason(String log) {
            Matcher error = ERROR.matcher(log);
            return error.find() ? log.substring(error.start()) : log.substring(Math.max(0, log.length() - 4_000));
        }

        public String log() {
            return log;
        }
    }
}
