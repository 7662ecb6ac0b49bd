// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.report.LevelResolver;
import com.atlassian.oai.validator.report.ValidationReport;
import com.atlassian.oai.validator.restassured.OpenApiValidationFilter;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import io.restassured.RestAssured;
import io.restassured.filter.FilterContext;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import io.restassured.specification.RequestSpecification;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.MapConfiguration;
import org.apache.james.core.Domain;
import org.apache.james.core.Username;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.lib.DomainListConfiguration;
import org.apache.james.domainlist.memory.MemoryDomainList;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.NoopGaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.api.RecipientRewriteTableConfiguration;
import org.apache.james.rrt.lib.MappingSource;
import org.apache.james.rrt.memory.MemoryRecipientRewriteTable;
import org.apache.james.server.core.configuration.Configuration.ConfigurationPath;
import org.apache.james.server.core.filesystem.FileSystemImpl;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.memory.MemoryUsersRepository;
import org.apache.james.utils.PropertiesProvider;
import org.apache.james.webadmin.WebAdminServer;
import org.apache.james.webadmin.WebAdminUtils;
import org.apache.james.webadmin.routes.HealthCheckRoutes;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.james.StoreSource;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

/** James's own WebAdmin server with our routes, over a real user base of three users and a store that can be switched off. */
final class WebAdminFixture implements AutoCloseable {

    static final String BOB = "bob@example.com";
    static final String ALICE = "alice@example.com";
    static final String CAROL = "carol@example.com";

    /** An alias of Bob. */
    static final String SALES = "sales@example.com";

    /** Bad requests are sent on purpose, so that only the answers are looked at. */
    private static final OpenApiValidationFilter ANSWERS =
            new OpenApiValidationFilter(OpenApiInteractionValidator.createForSpecificationUrl(OpenApiTest.FILE)
                    .withLevelResolver(LevelResolver.create()
                            .withLevel("validation.request", ValidationReport.Level.IGNORE)
                            .build())
                    .build());

    private static final org.apache.james.server.core.configuration.Configuration.Basic JAMES =
            org.apache.james.server.core.configuration.Configuration.builder()
                    .workingDirectory("target/none")
                    .configurationFromClasspath()
                    .build();

    /** What is in {@code pop-before-smtp.properties}; a change is seen when it is read again. */
    final Map<String, String> configured;

    final MutableClock clock = new MutableClock();
    final SwitchableStore store =
            new SwitchableStore(new MemoryGrantStore(clock, StoreLimits.of(100_000, () -> StoreLimits.MANY_USERS)));
    final RecordingMetricFactory metrics = new RecordingMetricFactory();
    final MemoryUsersRepository users;
    final PopBeforeSmtp product;
    private final WebAdminServer server;

    /** A server with these keys in {@code pop-before-smtp.properties}. */
    WebAdminFixture(Map<String, String> keys) throws Exception {
        this(keys, true);
    }

    /** A server whose users have no domain in their names. */
    static WebAdminFixture withoutVirtualHosting(Map<String, String> keys) throws Exception {
        return new WebAdminFixture(keys, false);
    }

    private WebAdminFixture(Map<String, String> keys, boolean virtualHosting) throws Exception {
        configured = new java.util.concurrent.ConcurrentHashMap<>(keys);
        MemoryDomainList domains = new MemoryDomainList(null);
        domains.configure(DomainListConfiguration.builder()
                .autoDetect(false)
                .autoDetectIp(false)
                .defaultDomain(Domain.of("example.com"))
                .build());
        users = virtualHosting
                ? MemoryUsersRepository.withVirtualHosting(domains)
                : MemoryUsersRepository.withoutVirtualHosting(domains);
        for (String user : new String[] {ALICE, BOB, CAROL}) {
            users.addUser(Username.of(virtualHosting ? user : user.replaceAll("@.*", "")), "secret");
        }
        MemoryRecipientRewriteTable aliases = new MemoryRecipientRewriteTable();
        aliases.setConfiguration(RecipientRewriteTableConfiguration.DEFAULT_ENABLED);
        aliases.setDomainList(domains);
        aliases.setUsersRepository(users);
        aliases.setUserEntityValidator((user, ignored) -> java.util.Optional.empty());
        aliases.addAliasMapping(MappingSource.fromUser(Username.of(SALES)), BOB);

        product = Guice.createInjector(new AbstractModule() {
                    @Override
                    protected void configure() {
                        bind(PropertiesProvider.class).toInstance(new Keys(configured));
                        bind(FileSystem.class).toInstance(new FileSystemImpl(JAMES.directories()));
                        bind(ConfigurationPath.class).toInstance(JAMES.configurationPath());
                        bind(StoreSource.class).toInstance((configuration, ofStore) -> store.asStorage(ofStore));
                        bind(UsersRepository.class).toProvider(() -> users);
                        bind(DomainList.class).toProvider(() -> domains);
                        bind(RecipientRewriteTable.class).toProvider(() -> aliases);
                        bind(MetricFactory.class).toInstance(metrics);
                        bind(GaugeRegistry.class).toInstance(new NoopGaugeRegistry());
                        bind(Clock.class).toInstance(clock);
                    }
                })
                .getInstance(PopBeforeSmtp.class);
        JsonTransformer json = new JsonTransformer();
        server = WebAdminUtils.createWebAdminServer(
                        new GrantRoutes(product, users, json),
                        new TokenRoutes(product, users),
                        new HealthCheckRoutes(Set.of(new GrantStoreHealthCheck(product)), json))
                .start();
    }

    /** A request; its answer must be as the OpenAPI file says, or the test fails. */
    RequestSpecification http() {
        return RestAssured.given()
                .spec(WebAdminUtils.buildRequestSpecification(server).build())
                .filter(ANSWERS)
                .filter(WebAdminFixture::withALineFeedAtTheEnd);
    }

    private static Response withALineFeedAtTheEnd(
            FilterableRequestSpecification request, FilterableResponseSpecification ignored, FilterContext context) {
        Response response = context.next(request, ignored);
        String body = response.asString();
        if (request.getURI().contains("/pop-before-smtp") && response.statusCode() != 204) {
            assertThat(body).as(request.getMethod() + " " + request.getURI()).endsWith("\n");
        }
        return response;
    }

    int port() {
        return server.getPort().getValue();
    }

    Grant login(String address, String user) {
        return login(address, user, true);
    }

    Grant login(String address, String user, boolean encrypted) {
        return product.logins()
                .record(Login.of(ClientAddress.parse(address), user, Protocol.POP3, encrypted))
                .orElseThrow();
    }

    @Override
    public void close() {
        server.destroy();
        product.stop();
    }

    /** The operator's file. */
    private static final class Keys extends PropertiesProvider {

        private final Map<String, String> keys;

        Keys(Map<String, String> keys) {
            super(null, JAMES.configurationPath());
            this.keys = keys;
        }

        @Override
        public Configuration getConfiguration(String fileName) {
            return new MapConfiguration(keys);
        }
    }
}
