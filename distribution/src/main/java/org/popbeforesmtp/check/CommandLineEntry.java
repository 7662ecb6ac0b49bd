// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the jar, with its one command. */
@Command(
        name = "java -jar james-pop-before-smtp.jar",
        mixinStandardHelpOptions = true,
        versionProvider = CommandLineEntry.Version.class,
        description = "POP before SMTP for Apache James. This jar belongs in James's extensions-jars/.",
        subcommands = CheckCommand.class)
public final class CommandLineEntry implements Callable<Integer> {

    @Spec
    private @org.jspecify.annotations.Nullable CommandSpec spec;

    /** Runs the command line; 0, 1 (problems) or 2 (wrong use). */
    public static int run(String[] arguments) {
        return new CommandLine(new CommandLineEntry()).execute(arguments);
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                java.util.Objects.requireNonNull(spec).commandLine(), "Missing command; the only one is: check <conf>");
    }

    /** The version that the jar was built as. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = CommandLineEntry.class.getPackage().getImplementationVersion();
            return new String[] {version == null ? "unknown" : version};
        }
    }
}
