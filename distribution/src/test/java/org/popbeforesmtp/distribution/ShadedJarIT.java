// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.e2e.Build;
import org.popbeforesmtp.e2e.JamesUnderTest;

/**
 * What must be true of the jar so that it runs in James 3.8 (Java 11, {@code javax.*}, Guice 5) and in every later one (Java
 * 21, {@code jakarta.*}, Guice 7), beside other extensions.
 */
class ShadedJarIT {

    private static final int JAVA_11 = 55;
    private static final String OURS = "org/popbeforesmtp/";
    private static final String LIBRARIES = "org/popbeforesmtp/shaded/";

    /** Present in both, because a class that an annotation names may be missing. */
    private static final Set<String> EITHER = Set.of("javax/annotation/PreDestroy", "jakarta/annotation/PreDestroy");

    /** Classes that James 3.9 or a later one removed, renamed or changed. */
    private static final List<String> CHANGED_CLASSES = List.of(
            "javax/mail/.*",
            "jakarta/mail/.*",
            "javax/inject/.*",
            "jakarta/inject/.*",
            "javax/servlet/.*",
            "jakarta/servlet/.*",
            "org/apache/james/smtpserver/ExtendedSMTPSession",
            // What the IMAP hook uses is the same in all of them.
            "org/apache/james/imap/(?!(api/(ImapConfiguration|ImapMessage|ImapSessionState|Tag)"
                    + "|api/message/Capability|api/message/response/(ImapResponseMessage|StatusResponse(Factory)?)"
                    + "|api/display/Localizer|decode/(DecodingException|ImapRequestLineReader)"
                    + "|decode/parser/(Authenticate|Login)CommandParser|encode/(ImapResponseComposer|StatusResponseEncoder)"
                    + "|message/response/ImmutableStatusResponse"
                    + "|api/process/(ImapProcessor(\\$Responder)?|ImapSession)|message/request/IdleRequest"
                    + "|processor/(CapabilityImplementing|PermitEnableCapability|base/Abstract)Processor)$).*",
            "org/apache/james/protocols/smtp/hook/AuthHook",
            "org/apache/james/smtpserver/UsersRepositoryAuthHook",
            "org/apache/james/protocols/(smtp|pop3)/core/.*AuthCmdHandler",
            "org/apache/james/.*OidcSASLConfiguration",
            "org/apache/james/protocols/smtp/core/fastfail/AbstractValidRcptHandler",
            "org/apache/james/protocols/smtp/SMTPProtocolHandlerChain",
            "org/apache/james/utils/(GuiceGenericLoader|GuiceLoader|ExtendedClassLoader)",
            "org/apache/james/server/core/MimeMessage.*",
            "org/apache/james/server/core/MailImpl",
            "org/apache/james/lifecycle/api/Disposable.*",
            "org/apache/james/util/(StreamUtils|ReactorUtils).*",
            "org/apache/mailet/base/GenericMailet",
            "org/apache/commons/configuration2/AbstractConfiguration");

    /** Methods that James 3.9 or a later one removed or changed, or that do not work; of classes that may be used. */
    private static final List<String> CHANGED_METHODS = List.of(
            "org/apache/james/core/MailAddress\\.<init>\\((?!Ljava/lang/String;\\)).*",
            "org/apache/james/core/MailAddress\\.toInternetAddress\\(.*",
            "org/apache/james/core/Username\\.asMailAddress\\(.*",
            "org/apache/mailet/Mail\\.(getMessage|setMessage)\\(.*",
            "org/apache/mailet/MailetContext\\.sendMail\\(.*",
            "org/apache/mailet/Mailet\\.getMailetConfig\\(.*",
            "org/apache/james/user/api/UsersRepository\\.test\\(.*",
            "org/apache/james/protocols/smtp/SMTPConfiguration\\.(?!getMaxMessageSize|isRelayingAllowed|isAuthAnnounced|getHelloName).*",
            "org/apache/james/protocols/smtp/SMTPSession\\.supportsOAuth\\(.*",
            "org/apache/james/protocols/.*\\.getProxyInformation\\(.*",
            "org/apache/james/imap/api/process/ImapSession\\.(?!(getAttribute|setAttribute|getState|getUserName|isTLSActive)\\().*",
            "spark/Request\\.raw\\(.*",
            "spark/Response\\.raw\\(.*");

    /** The root package of each library in the jar, and how the notice names it. */
    private static final Map<String, String> LIBRARIES_AND_NOTICES = Map.of(
            "inet/ipaddr", "com.github.seancfoley:ipaddress",
            "org/h2", "com.h2database:h2-mvstore",
            "picocli", "info.picocli:picocli",
            "redis/clients", "redis.clients:jedis",
            "com/google/gson", "com.google.code.gson:gson",
            "org/apache/commons/pool2", "org.apache.commons:commons-pool2",
            "org/json", "org.json:json");

    private static Map<String, ClassFile> classes;
    private static Set<String> files;

    @BeforeAll
    static void readJar() throws IOException {
        classes = new TreeMap<>();
        files = new TreeSet<>();
        try (JarFile jar = new JarFile(Build.extensionJar().toFile())) {
            for (var entry : jar.stream().filter(e -> !e.isDirectory()).collect(Collectors.toList())) {
                files.add(entry.getName());
                if (entry.getName().endsWith(".class")) {
                    byte[] bytes = jar.getInputStream(entry).readAllBytes();
                    classes.put(entry.getName().replaceAll("\\.class$", ""), new ClassFile(bytes));
                }
            }
        }
    }

    @Test
    void jarShouldHoldTheClassesThatAnOperatorNames() {
        assertThat(classes)
                .containsKeys(
                        "org/popbeforesmtp/pop3/Pop3LoginRecorder",
                        "org/popbeforesmtp/imap/ImapLoginRecorder",
                        "org/popbeforesmtp/smtp/RelayGrantHook",
                        "org/popbeforesmtp/smtp/SubmissionObserver",
                        "org/popbeforesmtp/mail/RelayedByGrant",
                        "org/popbeforesmtp/mail/RetirementNotice",
                        "org/popbeforesmtp/james/PopBeforeSmtpModule");
    }

    @Test
    void everyClassShouldBeUnderOurOwnName() {
        assertThat(classes.keySet()).allMatch(name -> name.startsWith(OURS));
    }

    @Test
    void jarShouldHoldNothingButClassesTheirResourcesAndLegalTexts() {
        assertThat(files)
                .allMatch(name -> name.startsWith(OURS)
                        || name.matches("META-INF/(MANIFEST\\.MF|LICENSE|NOTICE|licenses/[^/]+)")
                        || name.startsWith("META-INF/services/" + OURS.replace('/', '.')));
    }

    @Test
    void jarShouldHoldNothingThatJamesHas() {
        Predicate<String> isOfTheHost = Pattern.compile("(^|/)(org/apache/(james|mailet|commons/configuration2)|"
                        + "com/google/(inject|common)|org/slf4j|ch/qos/logback|reactor|io/netty|spark|com/fasterxml)/")
                .asPredicate();

        assertThat(files).noneMatch(isOfTheHost);
    }

    @Test
    void everyClassShouldRunOnJava11() {
        assertThat(classes.values()).allMatch(file -> file.majorVersion() <= JAVA_11);
    }

    @Test
    void ourClassesShouldNameNoJavaxOrJakartaClassBeyondTheJdks() {
        Set<String> jdk = packagesOfTheJdk();

        assertThat(namedByOurs(type ->
                        type.matches("(javax|jakarta)/.*") && !EITHER.contains(type) && !jdk.contains(packageOf(type))))
                .isEmpty();
    }

    @Test
    void ourClassesShouldNameNoClassThatLaterVersionsOfJamesChanged() {
        Predicate<String> isChanged = anyOf(CHANGED_CLASSES);

        assertThat(namedByOurs(isChanged)).isEmpty();
    }

    @Test
    void ourClassesShouldCallNoMethodThatLaterVersionsOfJamesChanged() {
        Predicate<String> isChanged = anyOf(CHANGED_METHODS);
        Set<String> found = new TreeSet<>();
        ours().forEach(file -> file.methods().stream()
                .filter(isChanged)
                .forEach(method -> found.add(file.name() + " calls " + method)));

        assertThat(found).isEmpty();
    }

    @Test
    void ourClassesShouldFindAllThatTheyNameInTheJarInJamesOrInTheJdk() throws IOException {
        Set<String> jdk = packagesOfTheJdk();
        Set<String> james = new TreeSet<>();
        for (Path path : JamesUnderTest.configured().classPath()) {
            try (JarFile jar = new JarFile(path.toFile())) {
                jar.stream().forEach(entry -> james.add(entry.getName().replaceAll("\\.class$", "")));
            }
        }

        assertThat(namedByOurs(type -> !classes.containsKey(type)
                        && !james.contains(type)
                        && !jdk.contains(packageOf(type))
                        && !EITHER.contains(type)
                        // Seen by the compiler only.
                        && !type.startsWith("org/jspecify/annotations/")))
                .isEmpty();
    }

    @Test
    void smtpClassesShouldNotNeedThePop3ClassesThatAnSmtpOnlyJamesLacks() {
        assertThat(namedByOurs(type -> type.startsWith("org/apache/james/protocols/pop3/")
                        || type.startsWith("org/apache/james/pop3server/")))
                .allMatch(line -> line.startsWith("org/popbeforesmtp/pop3/"));
    }

    @Test
    void otherClassesShouldNotNeedTheImapClassesThatAJamesMayLack() {
        assertThat(namedByOurs(type -> type.matches("org/apache/james/(imap|imapserver|modules/protocols)/.*")))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("org/popbeforesmtp/imap/"));
    }

    @Test
    void manifestShouldNameTheVersion() throws IOException {
        try (JarFile jar = new JarFile(Build.extensionJar().toFile())) {
            String version = jar.getManifest().getMainAttributes().getValue("Implementation-Version");

            assertThat(Build.extensionJar().getFileName()).hasToString("james-pop-before-smtp-" + version + ".jar");
        }
    }

    @Test
    void legalTextsShouldNameEveryLibrary() throws IOException {
        try (JarFile jar = new JarFile(Build.extensionJar().toFile())) {
            String licence = text(jar, "META-INF/LICENSE");
            String notice = text(jar, "META-INF/NOTICE");

            assertThat(licence).contains("Apache License", "Version 2.0");
            assertThat(librariesIn(classes.keySet()))
                    .isEqualTo(LIBRARIES_AND_NOTICES.keySet())
                    .allSatisfy(library -> assertThat(notice).contains(LIBRARIES_AND_NOTICES.get(library)));
        }
    }

    @Test
    void everyLicenceThatTheNoticeNamesShouldBeInTheJar() {
        assertThat(files)
                .contains(
                        "META-INF/licenses/Apache-2.0.txt",
                        "META-INF/licenses/h2-mvstore-EPL-1.0.txt",
                        "META-INF/licenses/h2-mvstore-MPL-2.0.txt",
                        "META-INF/licenses/jedis-MIT.txt",
                        "META-INF/licenses/json-Public-Domain.txt",
                        "META-INF/licenses/slf4j-MIT.txt");
    }

    private static String text(JarFile jar, String name) throws IOException {
        return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), UTF_8);
    }

    private static Set<String> librariesIn(Set<String> names) {
        return names.stream()
                .filter(name -> name.startsWith(LIBRARIES))
                .map(name -> name.substring(LIBRARIES.length()))
                .map(name -> LIBRARIES_AND_NOTICES.keySet().stream()
                        .filter(root -> name.startsWith(root + "/"))
                        .findFirst()
                        .orElse(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> namedByOurs(Predicate<String> condition) {
        Set<String> found = new TreeSet<>();
        ours().forEach(file ->
                file.types().stream().filter(condition).forEach(type -> found.add(file.name() + " names " + type)));
        return found;
    }

    private static List<ClassFile> ours() {
        List<ClassFile> ours = classes.values().stream()
                .filter(file -> !file.name().startsWith(LIBRARIES))
                .collect(Collectors.toList());
        assertThat(ours).isNotEmpty();
        return ours;
    }

    private static Predicate<String> anyOf(List<String> patterns) {
        return Pattern.compile(String.join("|", patterns)).asMatchPredicate();
    }

    private static Set<String> packagesOfTheJdk() {
        return ModuleFinder.ofSystem().findAll().stream()
                .filter(module -> module.descriptor().name().matches("(java|jdk)\\..*"))
                .flatMap(module -> module.descriptor().packages().stream())
                .map(name -> name.replace('.', '/'))
                .collect(Collectors.toSet());
    }

    private static String packageOf(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('/')));
    }
}
