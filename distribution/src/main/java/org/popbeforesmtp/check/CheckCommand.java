// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.popbeforesmtp.config.InvalidConfigurationException;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a James configuration directory for POP before SMTP, without touching it. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks a James configuration directory for POP before SMTP, before James is restarted.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:nothing wrong, perhaps with warnings", "1:problems", "2:wrong use of this command"})
final class CheckCommand implements Callable<Integer> {

    private static final String FILE = "pop-before-smtp.properties";

    @Spec
    private @org.jspecify.annotations.Nullable CommandSpec spec;

    @Parameters(paramLabel = "<conf>", description = "James's configuration directory, such as /root/conf")
    private Path conf = Path.of("conf");

    @Override
    public Integer call() {
        CommandLine command = java.util.Objects.requireNonNull(spec).commandLine();
        if (!Files.isDirectory(conf)) {
            throw new ParameterException(
                    command, "'" + conf + "' is not a directory; name James's configuration directory");
        }
        Report report = new Report();
        configuration(report).ifPresent(configuration -> {
            new StoreCheck(conf, report).run(configuration);
            new DracCheck(conf, report).run(configuration);
        });
        new HandlerCheck(conf, report).run();
        PrintWriter out = command.getOut();
        report.print(out);
        return report.count(Report.Level.PROBLEM) == 0 ? 0 : 1;
    }

    private Optional<PopBeforeSmtpConfiguration> configuration(Report report) {
        try {
            Map<String, String> values = PropertiesFile.read(conf.resolve(FILE));
            PopBeforeSmtpConfiguration configuration =
                    PopBeforeSmtpConfiguration.of(values, PropertiesFile.read(conf.resolve("redis.properties")));
            report.ok(
                    FILE,
                    (values.isEmpty() ? "is not there or empty, so the defaults hold: " : "")
                            + "a login grants relaying for " + configuration.lifetime());
            return Optional.of(configuration);
        } catch (InvalidConfigurationException e) {
            e.problems().forEach(problem -> report.problem(FILE, problem));
        } catch (IOException | IllegalArgumentException e) {
            report.problem(FILE, "cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }
}
