// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.check.Finding.Effect;
import org.popbeforesmtp.check.Finding.Level;
import org.popbeforesmtp.config.InvalidConfigurationException;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.config.StoreKind;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a James configuration directory for POP before SMTP, without touching it. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks a James configuration directory for POP before SMTP, before James is restarted.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:nothing keeps it from working, perhaps with warnings",
            "1:problems",
            "2:wrong use of this command"
        })
final class CheckCommand implements Callable<Integer> {

    static final String FILE = "pop-before-smtp.properties";
    /** Nothing is asked of them here, but James does not start if they are not well-formed. */
    private static final List<String> OTHER_FILES = List.of(
            "dnsservice.xml",
            "domainlist.xml",
            "mailrepositorystore.xml",
            "recipientrewritetable.xml",
            "usersrepository.xml");

    private static final String REDIS_OF_JAMES = "redis.properties";

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "<conf>", description = "James's configuration directory, such as /root/conf")
    private Path conf = Path.of("conf");

    @Option(
            names = "--james",
            paramLabel = "<dir>",
            description = "James's own directory, with its jars (default: the one that <conf> is in)")
    private @Nullable Path home;

    @Option(names = "--format", paramLabel = "<format>", description = "text (the default) or json")
    private String format = "text";

    @Option(names = "--verbose", description = "Also what needs no attention.")
    private boolean verbose;

    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        require(
                command,
                Files.isDirectory(conf),
                "'" + conf + "' is not a directory; name James's configuration directory");
        require(
                command,
                home == null || Files.isDirectory(home),
                "'" + home + "' is not a directory; name James's own");
        require(command, format.matches("text|json"), "'" + format + "' is not a format; use text or json");
        Report report = new Report();
        check(Installation.of(conf, home), report);
        PrintWriter out = command.getOut();
        out.print(ReportFormat.valueOf(format.toUpperCase(Locale.ROOT))
                .write(report, verbose, command.getColorScheme().ansi()));
        out.flush();
        return report.count(Level.PROBLEM) == 0 ? 0 : 1;
    }

    private static void require(CommandLine command, boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(command, otherwise);
        }
    }

    private void check(Installation installation, Report report) {
        JamesConfiguration james = new JamesConfiguration(conf, report);
        if (!james.has(ServerKind.POP3.file()) && !james.has(ServerKind.SMTP.file())) {
            report.problem(
                    conf.toString(),
                    Effect.NO_GRANT,
                    "has neither pop3server.xml nor smtpserver.xml; name the directory that James reads its configuration"
                            + " from");
            return;
        }
        JarCheck jar = new JarCheck(installation, report);
        try (JamesClasses classes = new JamesClasses(installation, jar.isThere())) {
            ImapCheck imap = new ImapCheck(james, classes, report);
            ExtensionClasses extensions = new ExtensionClasses(james, classes, imap, report);
            Passwords passwords = new Passwords(classes);
            GrantCheck grants = new GrantCheck(james, extensions, imap, passwords, report);
            Optional<PopBeforeSmtpConfiguration> configuration = configuration(james, grants.isInUse(), report);
            configuration.ifPresent(settings -> {
                new StoreCheck(installation, james, report).run(settings);
                new DracCheck(extensions, report).run(settings);
            });
            jar.run(grants.isInUse());
            extensions.run();
            new StartCheck(james, classes, new KeystoreCheck(installation, report), report).run();
            new WebAdminCheck(james, report).run();
            new HandlerCheck(james, imap, passwords, report).run();
            imap.run();
            new RelayCheck(james, classes, report).run();
            new NoticeCheck(installation, james, report).run();
            grants.run(configuration);
            OTHER_FILES.forEach(james::xml);
            unchecked(installation, classes, report);
        }
    }

    private static Optional<PopBeforeSmtpConfiguration> configuration(
            JamesConfiguration james, boolean inUse, Report report) {
        Map<String, String> values = james.properties(FILE);
        try {
            PopBeforeSmtpConfiguration configuration =
                    PopBeforeSmtpConfiguration.of(values, james.properties(REDIS_OF_JAMES), james.repeatedKeys(FILE));
            report.settings(settings(configuration, values, james));
            report.ok(
                    FILE,
                    (values.isEmpty() ? "does not exist or is empty, so the defaults apply: " : "")
                            + "a login grants relaying for " + configuration.lifetime());
            return Optional.of(configuration);
        } catch (InvalidConfigurationException e) {
            e.problems().forEach(problem -> report.problem(FILE, inUse ? Effect.NO_START : Effect.NO_GRANT, problem));
            return Optional.empty();
        }
    }

    /**
     * Without keys that have no effect, because another store is used or DRAC is off, and without the many texts,
     * unless the operator has set them.
     */
    private static SortedMap<String, String> settings(
            PopBeforeSmtpConfiguration configuration, Map<String, String> values, JamesConfiguration james) {
        SortedMap<String, String> settings = PopBeforeSmtpConfiguration.inForce(values);
        boolean redis = configuration.store() == StoreKind.REDIS;
        settings.keySet()
                .removeIf(key -> !values.containsKey(key)
                        && ((key.startsWith("redis.") && !redis)
                                || key.startsWith("refusal.")
                                || (key.startsWith("file.") && configuration.store() != StoreKind.FILE)
                                || (key.startsWith("drac.")
                                        && !key.equals("drac.enabled")
                                        && !configuration.drac().enabled())));
        if (redis && !values.containsKey("redis.url") && james.has(REDIS_OF_JAMES)) {
            settings.keySet().removeIf(key -> key.startsWith("redis.") && !values.containsKey(key));
            settings.put("redis.url", "as in " + REDIS_OF_JAMES);
        }
        return settings;
    }

    private static void unchecked(Installation installation, JamesClasses classes, Report report) {
        if (!classes.isComplete()) {
            report.ok(
                    "James's own jars",
                    "are not found in " + installation.working() + " (--james names another directory), so it is not"
                            + " checked whether James is 3.8, 3.9 or later"
                            + (classes.unchecked().isEmpty()
                                    ? ""
                                    : " and whether these classes exist: " + String.join(", ", classes.unchecked())));
        } else {
            classes.unchecked()
                    .forEach(name -> report.ok(
                            "James's own jars", name + " is not checked: it needs a later Java than this one"));
        }
    }
}
