// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.distribution;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The shape of the code: who may know whom, where time comes from, and what breaks a James. */
@AnalyzeClasses(packages = "org.popbeforesmtp", importOptions = DoNotIncludeTests.class)
class ShapeTest {

    private static final String[] SHARED_STORE = {
        "org.popbeforesmtp.address..",
        "org.popbeforesmtp.block..",
        "org.popbeforesmtp.redis..",
        "org.popbeforesmtp.runtime..",
        "org.popbeforesmtp.store.."
    };

    /** What the plugins are, beside what they share. */
    private static final String[] PLUGINS = {
        "org.popbeforesmtp.pop3..",
        "org.popbeforesmtp.imap..",
        "org.popbeforesmtp.smtp..",
        "org.popbeforesmtp.webadmin..",
        "org.popbeforesmtp.drac.."
    };

    private static final String[] JAMES_AND_ITS_LIBRARIES = {
        "org.apache.james..",
        "org.apache.mailet..",
        "org.apache.commons.configuration2..",
        "com.google.inject..",
        "com.google.common..",
        "io.netty..",
        "reactor..",
        "spark..",
        "com.fasterxml.."
    };

    @ArchTest
    static void everyModuleShouldBeLookedAt(JavaClasses classes) {
        Set<String> packages = classes.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.split("\\.", -1).length == 3)
                .collect(Collectors.toSet());

        assertThat(packages)
                .containsExactlyInAnyOrder(
                        "org.popbeforesmtp.address",
                        "org.popbeforesmtp.block",
                        "org.popbeforesmtp.store",
                        "org.popbeforesmtp.usage",
                        "org.popbeforesmtp.quota",
                        "org.popbeforesmtp.redis",
                        "org.popbeforesmtp.runtime",
                        "org.popbeforesmtp.config",
                        "org.popbeforesmtp.policy",
                        "org.popbeforesmtp.audit",
                        "org.popbeforesmtp.james",
                        "org.popbeforesmtp.pop3",
                        "org.popbeforesmtp.imap",
                        "org.popbeforesmtp.smtp",
                        "org.popbeforesmtp.mail",
                        "org.popbeforesmtp.webadmin",
                        "org.popbeforesmtp.drac",
                        "org.popbeforesmtp.check");
    }

    // ---- who may know whom

    @ArchTest
    static final ArchRule sharedStoreShouldBePureJava = noClasses()
            .that()
            .resideInAnyPackage(SHARED_STORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(JAMES_AND_ITS_LIBRARIES)
            .orShould()
            .dependOnClassesThat(resideInAPackage("org.popbeforesmtp..")
                    .and(DescribedPredicate.not(resideInAnyPackage(SHARED_STORE))));

    @ArchTest
    static final ArchRule theRedisClientShouldKnowNoGrants = noClasses()
            .that()
            .resideInAPackage("org.popbeforesmtp.redis..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.popbeforesmtp.store..", "org.popbeforesmtp.address..");

    @ArchTest
    static final ArchRule policyAndConfigurationShouldKnowNoJames = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.popbeforesmtp.policy..",
                    "org.popbeforesmtp.config..",
                    "org.popbeforesmtp.usage..",
                    "org.popbeforesmtp.quota..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(JAMES_AND_ITS_LIBRARIES)
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("org.popbeforesmtp.james..");

    @ArchTest
    static final ArchRule whatThePluginsShareShouldKnowNoPlugin = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.popbeforesmtp.policy..",
                    "org.popbeforesmtp.config..",
                    "org.popbeforesmtp.audit..",
                    "org.popbeforesmtp.usage..",
                    "org.popbeforesmtp.quota..",
                    "org.popbeforesmtp.james..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(PLUGINS);

    @ArchTest
    static final ArchRule pluginsShouldNotKnowEachOther = slices().assignedFrom(new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                    return resideInAnyPackage(PLUGINS).test(javaClass)
                            ? SliceIdentifier.of(javaClass.getPackageName().split("\\.", -1)[2])
                            : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                    return "plugins";
                }
            })
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule packagesShouldBeFreeOfCycles =
            slices().matching("org.popbeforesmtp.(**)").should().beFreeOfCycles();

    /** A James that only speaks SMTP has no POP3 class. */
    @ArchTest
    static final ArchRule onlyThePop3HookShouldKnowPop3 = noClasses()
            .that()
            .resideOutsideOfPackage("org.popbeforesmtp.pop3..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.james.protocols.pop3..", "org.apache.james.pop3server..");

    /** Not every James has IMAP either. */
    @ArchTest
    static final ArchRule onlyTheImapHookShouldKnowImap = noClasses()
            .that()
            .resideOutsideOfPackage("org.popbeforesmtp.imap..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.james.imap..", "org.apache.james.imapserver..", "org.apache.james.modules.protocols..");

    @ArchTest
    static final ArchRule pop3ShouldKnowNoSmtp = noClasses()
            .that()
            .resideInAPackage("org.popbeforesmtp.pop3..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.james.protocols.smtp..", "org.apache.james.smtpserver..");

    /** What speaks ONC RPC could serve any program; only the DRAC program knows what a grant is. */
    @ArchTest
    static final ArchRule oncRpcShouldKnowNoGrants = noClasses()
            .that()
            .resideInAnyPackage("org.popbeforesmtp.drac.rpc..", "org.popbeforesmtp.drac.portmapper..")
            .should()
            .dependOnClassesThat(resideInAPackage("org.popbeforesmtp..")
                    .and(DescribedPredicate.not(resideInAnyPackage(
                            "org.popbeforesmtp.drac.rpc..",
                            "org.popbeforesmtp.drac.portmapper..",
                            "org.popbeforesmtp.address..",
                            "org.popbeforesmtp.runtime.."))));

    /** Downstream of the hook, the stamp on the mail is all there is. */
    @ArchTest
    static final ArchRule theMatcherShouldAskNoStore = noClasses()
            .that()
            .resideInAPackage("org.popbeforesmtp.mail..")
            .and()
            .haveSimpleNameStartingWith("Relay")
            .should()
            .dependOnClassesThat()
            .haveSimpleName("GrantStore")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("org.popbeforesmtp.james..", "org.popbeforesmtp.policy..");

    // ---- time and state

    /** SteadyClock compares the clock it is given with the computer's, and reads only the one it is given. */
    @ArchTest
    static final ArchRule timeShouldComeThroughTheConstructor = noClasses()
            .that()
            .resideOutsideOfPackage("org.popbeforesmtp.check..")
            .and()
            .doNotHaveFullyQualifiedName("org.popbeforesmtp.runtime.SteadyClock")
            .should()
            .callMethodWhere(describe("ask the computer's clock", call -> isWallClock(call.getTarget())));

    private static boolean isWallClock(AccessTarget target) {
        String owner = target.getOwner().getName();
        return (owner.startsWith("java.time.") && target.getName().matches("now|system\\w*|tick\\w*"))
                || (owner.equals("java.lang.System") && target.getName().equals("currentTimeMillis"));
    }

    @ArchTest
    static final ArchRule noOldDates = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.util\\.(Date|Calendar|GregorianCalendar|Timer)");

    @ArchTest
    static final ArchRule staticFieldsShouldBeFinal =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule staticFieldsShouldHoldNoState = noFields()
            .that()
            .areStatic()
            .should()
            .haveRawType(describe("a type whose content changes", ShapeTest::changes));

    private static boolean changes(JavaClass type) {
        return Pattern.compile("java\\.util\\.concurrent\\..*|java\\.util\\.(\\w+(Map|List|Set|Deque|Queue)|Random)")
                        .matcher(type.getName())
                        .matches()
                || type.getName().startsWith("org.popbeforesmtp.store.memory.");
    }

    // ---- what breaks a James

    /** James instantiates them once for each chain and calls init on each. */
    @ArchTest
    static final ArchRule handlersShouldBeNoSingletons = noClasses()
            .that()
            .resideInAnyPackage("org.popbeforesmtp.pop3..", "org.popbeforesmtp.smtp..")
            .should()
            .beAnnotatedWith("com.google.inject.Singleton");

    /** With James's JMX monitors one that returns null ends every connection; and the address is the proxy's. */
    @ArchTest
    static final ArchRule nobodyShouldBeAskedAtConnect = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("org.apache.james.protocols.api.handler.ConnectHandler");

    /** OK skips James's own checks, and loses mail in a message hook. */
    @ArchTest
    static final ArchRule noHookShouldSayOk = noClasses()
            .should()
            .accessField("org.apache.james.protocols.smtp.hook.HookResult", "OK")
            .orShould()
            .callMethodWhere(describe(
                    "say OK",
                    call -> call.getTarget()
                                    .getOwner()
                                    .getName()
                                    .equals("org.apache.james.protocols.smtp.hook.HookReturnCode")
                            && call.getTarget().getName().equals("ok")))
            .orShould()
            .accessField("org.apache.james.protocols.smtp.hook.HookReturnCode$Action", "OK");

    /** These have other names, or none, in some version of James. */
    @ArchTest
    static final ArchRule noClassThatIsNotThereEverywhere = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "javax.mail..",
                    "jakarta.mail..",
                    "javax.inject..",
                    "jakarta.inject..",
                    "javax.servlet..",
                    "jakarta.servlet..")
            .orShould()
            .dependOnClassesThat()
            .haveSimpleName("ExtendedSMTPSession")
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("javax.annotation..", "jakarta.annotation..")
                    .and(describe(
                            "are not PreDestroy", type -> !type.getSimpleName().equals("PreDestroy"))));

    // ---- secrets

    /** How long a comparison takes must tell nothing about a token. */
    @ArchTest
    static final ArchRule tokensShouldBeComparedInConstantTime = noClasses()
            .that()
            .haveFullyQualifiedName("org.popbeforesmtp.config.Tokens")
            .should()
            .callMethodWhere(describe(
                    "compare texts or octets in another way than MessageDigest.isEqual does",
                    call -> call.getTarget()
                                    .getName()
                                    .matches(
                                            "equals\\w*|compare\\w*|mismatch|contains\\w*|indexOf|startsWith|endsWith|hashCode")
                            && !call.getTargetOwner().getName().startsWith("org.popbeforesmtp.")));

    @ArchTest
    static void tokensShouldBeComparedByMessageDigest(JavaClasses classes) {
        assertThat(classes.get("org.popbeforesmtp.config.Tokens").getMethodReferencesFromSelf())
                .extracting(reference -> reference.getTarget().getFullName())
                .contains("java.security.MessageDigest.isEqual([B, [B)");
    }

    // ---- style

    @ArchTest
    static final ArchRule classesShouldBeFinal = classes()
            .that()
            .areNotInterfaces()
            .and()
            .areNotAnonymousClasses()
            .and()
            .areNotEnums()
            .and()
            .doNotHaveModifier(JavaModifier.ABSTRACT)
            .and()
            .haveSimpleNameNotStartingWith("package-info")
            .should()
            .haveModifier(JavaModifier.FINAL);

    @ArchTest
    static final ArchRule namesShouldSayWhatAClassIsFor =
            noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager|Impl)(\\$.*)?");
}
