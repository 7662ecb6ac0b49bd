// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.ProvisionException;
import com.google.inject.TypeLiteral;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.onami.lifecycle.PreDestroyModule;
import org.apache.james.onami.lifecycle.Stager;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.server.core.configuration.Configuration;
import org.apache.james.server.core.filesystem.FileSystemImpl;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.utils.PropertiesProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.config.InvalidConfigurationException;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.fakes.MemoryMailServer;
import org.popbeforesmtp.fakes.RecordedLog;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.file.FileGrantStore;
import org.popbeforesmtp.store.memory.MemoryGrantStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;

/** The product in an injector that is put together as James does it: a root, and a child with the extensions' modules. */
class PopBeforeSmtpTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final String BOB = "bob@example.org";

    @TempDir
    Path directory;

    private final MutableClock clock = new MutableClock();
    private final FaultyStore operatorsStore =
            new FaultyStore(new MemoryGrantStore(clock, StoreLimits.of(10, () -> StoreLimits.MANY_USERS)));
    private Injector root = Guice.createInjector();

    /** What James makes for one of its servers, a mailet or a route: each has the product injected. */
    static final class OneHandler {
        private final PopBeforeSmtp product;

        @Inject
        OneHandler(PopBeforeSmtp product) {
            this.product = product;
        }
    }

    /** Another class that has the product injected. */
    static final class AnotherHandler {
        private final PopBeforeSmtp product;

        @Inject
        AnotherHandler(PopBeforeSmtp product) {
            this.product = product;
        }
    }

    /** A module of the operator's own. */
    private final class StoreModule extends AbstractModule {
        @Override
        protected void configure() {
            bind(GrantStore.class).toInstance(operatorsStore);
        }
    }

    @BeforeEach
    void startJames() throws Exception {
        Files.createDirectories(directory.resolve("conf"));
        conf("store=memory");
        root = Guice.createInjector(new PreDestroyModule(), services());
    }

    @AfterEach
    void stopJames() {
        preDestroy();
        operatorsStore.close();
    }

    static Stream<List<Module>> extensions() {
        return Stream.of(
                List.of(),
                List.of(new PopBeforeSmtpModule()),
                List.of(new AbstractModule() {}, new PopBeforeSmtpModule()));
    }

    // ---- one instance

    @ParameterizedTest
    @MethodSource("extensions")
    void everybodyShouldGetTheSameProduct(List<Module> modules) {
        Injector child = root.createChildInjector(modules);
        Injector mailets = child.createChildInjector(new AbstractModule() {});

        assertThat(Stream.of(
                                child.getInstance(OneHandler.class).product,
                                child.getInstance(OneHandler.class).product,
                                child.getInstance(AnotherHandler.class).product,
                                mailets.getInstance(AnotherHandler.class).product,
                                mailets.getInstance(PopBeforeSmtp.class))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void everybodyShouldGetTheSameProductWithAStoreOfTheOperator() {
        Injector child = root.createChildInjector(new StoreModule(), new PopBeforeSmtpModule());
        Injector mailets = child.createChildInjector(new AbstractModule() {});
        PopBeforeSmtp product = child.getInstance(OneHandler.class).product;

        assertThat(mailets.getInstance(AnotherHandler.class).product).isSameAs(product);
        assertThat(product.store()).isSameAs(operatorsStore);
        product.logins().record(Login.of(CLIENT, BOB, Protocol.POP3, true));
        assertThat(operatorsStore.records()).isOne();
        assertThat(product.policy().decide(CLIENT, Optional.of(BOB)).isAllowed())
                .isTrue();
    }

    @Test
    void theOrderOfTheModulesShouldNotMatter() {
        Injector child = root.createChildInjector(new PopBeforeSmtpModule(), new StoreModule());

        assertThat(child.getInstance(OneHandler.class).product.store()).isSameAs(operatorsStore);
    }

    // ---- the configuration

    @Test
    void theStoreShouldBeTheConfiguredOne() throws Exception {
        assertThat(product().store()).isInstanceOf(MemoryGrantStore.class);
        preDestroy();

        conf("store=file", "file.path=file://var/grants.mv.db");
        root = Guice.createInjector(new PreDestroyModule(), services());
        assertThat(product().store()).isInstanceOf(FileGrantStore.class);
        product().logins().record(Login.of(CLIENT, BOB, Protocol.POP3, true));
        assertThat(directory.resolve("var/grants.mv.db")).exists();
    }

    @Test
    void grantsShouldSurviveARestartWithTheFileStore() throws Exception {
        conf("store=file", "file.path=file://var/grants.mv.db");
        root = Guice.createInjector(new PreDestroyModule(), services());
        product().logins().record(Login.of(CLIENT, BOB, Protocol.POP3, true));
        preDestroy();

        root = Guice.createInjector(new PreDestroyModule(), services());

        assertThat(product().policy().decide(CLIENT, Optional.of(BOB)).isAllowed())
                .isTrue();
    }

    @Test
    void theLogShouldSayWhenABrownoutBeginsAndThatItIsOver() throws Exception {
        Instant start = clock.instant().plus(Duration.ofHours(1));
        conf("store=memory", "retirement.brownouts=" + start + "/PT1H");
        root = Guice.createInjector(new PreDestroyModule(), services());
        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp")) {
            PopBeforeSmtp product = product();
            assertThat(product.limitations()).isEmpty();

            clock.turn(Duration.ofHours(1));
            await().untilAsserted(
                            () -> assertThat(log.take()).anyMatch(line -> line.contains("a brown-out is on until")));
            assertThat(product.limitations()).hasSize(1);

            clock.turn(Duration.ofHours(1));
            await().untilAsserted(
                            () -> assertThat(log.take()).anyMatch(line -> line.contains("Over: a brown-out is on")));
        }
    }

    @Test
    void valuesShouldBeKeptWhereTheGrantsAre() throws Exception {
        ValueKey key = ValueKey.of("test", BOB);
        conf("store=file", "file.path=file://var/grants.mv.db");
        root = Guice.createInjector(new PreDestroyModule(), services());
        product().values().update(key, (same, before) -> Optional.of(Value.of("x", Duration.ofDays(1))));
        preDestroy();

        root = Guice.createInjector(new PreDestroyModule(), services());

        assertThat(product().values().get(key)).contains(Value.of("x", Duration.ofDays(1)));
    }

    @Test
    void valuesShouldBeKeptInMemoryWithAStoreOfTheOperator() {
        Injector child = root.createChildInjector(new StoreModule(), new PopBeforeSmtpModule());

        assertThat(child.getInstance(PopBeforeSmtp.class).values()).isInstanceOf(MemoryValueStore.class);
    }

    @Test
    void theRedisOfJamesShouldBeUsedUnlessAnotherIsNamed() throws Exception {
        Files.writeString(directory.resolve("conf/redis.properties"), "redisURL=redis://one,redis://two\n");
        conf("store=redis");

        assertThat(redisSettings()).contains("one:6379", "two:6379");
        preDestroy();

        conf("store=redis", "redis.url=redis://own");
        root = Guice.createInjector(new PreDestroyModule(), services());
        assertThat(redisSettings()).contains("own:6379").doesNotContain("one:");
    }

    /** With a store of the operator's own, so that nobody looks for these servers. */
    private String redisSettings() {
        return root.createChildInjector(new StoreModule(), new PopBeforeSmtpModule())
                .getInstance(OneHandler.class)
                .product
                .configuration()
                .redis()
                .toString();
    }

    @Test
    void aBadConfigurationShouldStopJamesWithOneReadableMessage() throws Exception {
        conf("lifetime=15", "sendr=any");
        Injector james = Guice.createInjector(new PreDestroyModule(), services());

        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp")) {
            assertThatThrownBy(() -> james.createChildInjector(new PopBeforeSmtpModule()))
                    .as("before any server has a port")
                    .hasRootCauseInstanceOf(InvalidConfigurationException.class);
            assertThat(log.take().get(0))
                    .startsWith("ERROR James does not start: pop-before-smtp.properties has 2 problems:\n"
                            + "  lifetime was '15' but it must be")
                    .contains(
                            "\n  sendr was 'any' but it must not be there: it is not a known key; did you mean sender?");
        }
    }

    @Test
    void aBadConfigurationShouldStopJamesWithoutTheModuleToo() throws Exception {
        conf("lifetime=15");
        Injector james = Guice.createInjector(new PreDestroyModule(), services());

        assertThatThrownBy(() -> james.getInstance(OneHandler.class))
                .hasRootCauseInstanceOf(InvalidConfigurationException.class);
    }

    @Test
    void aStoreThatCannotBeOpenedShouldStopJamesWithOneReadableMessage() throws Exception {
        Files.writeString(directory.resolve("file"), "not a directory");
        conf("store=file", "file.path=file://file/grants.mv.db");
        Injector james = Guice.createInjector(new PreDestroyModule(), services());

        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp")) {
            assertThatThrownBy(() -> james.getInstance(OneHandler.class)).isInstanceOf(ProvisionException.class);
            assertThat(log.take())
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("ERROR James does not start: ")
                            .contains("grants.mv.db"));
        }
    }

    @Test
    void theStartShouldBeOneLineThatSaysWhatHolds() {
        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp")) {
            product();

            assertThat(log.take())
                    .contains("INFO POP before SMTP: a login grants relaying for 15 minutes, kept by store=memory,"
                            + " for sender=login");
        }
    }

    // ---- the end

    @Test
    void jamesShouldStopTheProductOnce() {
        Injector child = root.createChildInjector(new StoreModule(), new PopBeforeSmtpModule());
        child.getInstance(OneHandler.class);
        child.getInstance(AnotherHandler.class);

        preDestroy();

        assertThat(operatorsStore.closes()).isOne();
    }

    @Test
    void bothAnnotationsShouldBeOnOneMethodWithoutParameters() {
        List<Method> annotated = Arrays.stream(PopBeforeSmtp.class.getMethods())
                .filter(method -> method.isAnnotationPresent(javax.annotation.PreDestroy.class)
                        || method.isAnnotationPresent(jakarta.annotation.PreDestroy.class))
                .collect(Collectors.toList());

        assertThat(annotated).singleElement().satisfies(method -> {
            assertThat(method.isAnnotationPresent(javax.annotation.PreDestroy.class))
                    .isTrue();
            assertThat(method.isAnnotationPresent(jakarta.annotation.PreDestroy.class))
                    .isTrue();
            assertThat(method.getParameterCount()).isZero();
            assertThat(method.getReturnType()).isEqualTo(void.class);
        });
    }

    @Test
    void stoppingTwiceShouldDoNoHarm() {
        PopBeforeSmtp product = product();
        product.stop();

        assertThatCode(product::stop).doesNotThrowAnyException();
    }

    @Test
    void aStoppedProductShouldAllowNothingAndThrowNothing() {
        PopBeforeSmtp product = product();
        product.logins().record(Login.of(CLIENT, BOB, Protocol.POP3, true));
        assertThat(product.policy().decide(CLIENT, Optional.of(BOB)).isAllowed())
                .isTrue();

        preDestroy();

        Decision decision = product.policy().decide(CLIENT, Optional.of(BOB));
        assertThat(decision.reason()).contains(Reason.UNKNOWN);
        assertThat(decision.cause()).containsInstanceOf(StoreUnavailableException.class);
        assertThat(product.logins().record(Login.of(CLIENT, BOB, Protocol.POP3, true)))
                .isEmpty();
    }

    // ---- how it is said

    private PopBeforeSmtp product() {
        return root.getInstance(OneHandler.class).product;
    }

    private void conf(String... lines) throws Exception {
        Files.writeString(directory.resolve("conf/pop-before-smtp.properties"), String.join("\n", lines) + "\n");
    }

    private void preDestroy() {
        root.getInstance(Key.get(new TypeLiteral<Stager<javax.annotation.PreDestroy>>() {}))
                .stage();
    }

    private Module services() throws Exception {
        MemoryMailServer mailServer =
                MemoryMailServer.withVirtualHosting("example.org").user(BOB);
        Configuration.Basic configuration = Configuration.builder()
                .workingDirectory(directory.toFile())
                .configurationPath(new Configuration.ConfigurationPath("file://conf/"))
                .build();
        FileSystem fileSystem = new FileSystemImpl(configuration.directories());
        return new AbstractModule() {
            @Override
            protected void configure() {
                bind(FileSystem.class).toInstance(fileSystem);
                bind(Configuration.ConfigurationPath.class).toInstance(configuration.configurationPath());
                bind(PropertiesProvider.class)
                        .toInstance(new PropertiesProvider(fileSystem, configuration.configurationPath()));
                bind(UsersRepository.class).toProvider(mailServer::users);
                bind(DomainList.class).toProvider(mailServer::domains);
                bind(RecipientRewriteTable.class).toProvider(mailServer::aliases);
                bind(MetricFactory.class).toInstance(new RecordingMetricFactory());
                bind(GaugeRegistry.class).toInstance(new NoopGaugeRegistry());
                bind(Clock.class).toInstance(clock);
            }
        };
    }
}
