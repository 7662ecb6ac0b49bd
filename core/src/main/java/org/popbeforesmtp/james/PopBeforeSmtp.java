// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.user.api.UsersRepository;
import org.popbeforesmtp.audit.Audit;
import org.popbeforesmtp.audit.DeferredEvents;
import org.popbeforesmtp.audit.DependentUsers;
import org.popbeforesmtp.audit.Metered;
import org.popbeforesmtp.audit.SharedAddresses;
import org.popbeforesmtp.audit.TimedGrants;
import org.popbeforesmtp.audit.UsageCounter;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.config.ConfigurationChanges;
import org.popbeforesmtp.config.InvalidConfigurationException;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.config.StoreKind;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.policy.LoginsUnderWay;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.RecentLogins;
import org.popbeforesmtp.policy.RecipientLimit;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.policy.Senders;
import org.popbeforesmtp.quota.RecipientQuota;
import org.popbeforesmtp.runtime.PeriodicTask;
import org.popbeforesmtp.runtime.SteadyClock;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.SessionGrants;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.usage.UsageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The product as it runs in one James: the configuration and the objects built from it, shared by all handlers, routes
 * and checks of this process.
 */
@Singleton
public final class PopBeforeSmtp {

    private static final Logger LOGGER = LoggerFactory.getLogger("org.popbeforesmtp");
    private static final int USER_DAYS_UNWRITTEN = 100_000;

    /** As many as a busy site has in some seconds, and at most some megabytes. */
    private static final int EVENTS_WAITING = 20_000;

    private final ConfigurationFile file;
    private volatile PopBeforeSmtpConfiguration configuration;
    private final Clock clock;
    private final Clock wallClock;
    private final Senders senders;
    private final SharedAddresses sharedAddresses;
    private final Audit audit;
    private final DeferredEvents events;
    private final Storage storage;
    private volatile RelayPolicy policy;
    private final RecipientLimit recipientLimit;
    private final LoginRecorder logins;
    private final LoginsUnderWay loginsUnderWay;
    private final RecentLogins recentLogins;
    private final GrantSources sources;
    private final UsageStore usage;
    private final UsageCounter usageCounter;
    private final PeriodicTask eventsTask;
    private final PeriodicTask reports;
    private final PeriodicTask usageWriter;
    private final PeriodicTask dependentsCounter;
    private List<String> knownLimitations = List.of();
    private final PeriodicTask recipientWriter;
    private final List<Monitored> monitored = new CopyOnWriteArrayList<>();

    @Inject
    PopBeforeSmtp(
            ConfigurationFile file,
            StoreSource storeSource,
            UsersRepository users,
            DomainList domains,
            RecipientRewriteTable aliases,
            MetricFactory metrics,
            GaugeRegistry gauges,
            Clock clockOfJames) {
        this.wallClock = clockOfJames;
        this.clock = SteadyClock.inPlaceOf(clockOfJames);
        this.file = file;
        PopBeforeSmtpConfiguration first = orLogWhy(file::read);
        this.configuration = first;
        this.senders = new JamesSenders(users, domains, aliases);
        this.sharedAddresses = new SharedAddresses(this::settings, clock);
        this.audit = new Audit(clock, sharedAddresses);
        this.storage = orLogWhy(() -> storeSource.open(this::configuration, clock));
        this.usage = new UsageStore(storage.values(), clockOfJames, () -> configuration.usageRetention());
        this.usageCounter = new UsageCounter(usage, clockOfJames, USER_DAYS_UNWRITTEN);
        this.events = new DeferredEvents(new Metered(metrics), List.of(usageCounter, audit), EVENTS_WAITING);
        this.eventsTask = PeriodicTask.every(20, TimeUnit.MILLISECONDS, "pop-before-smtp-events", events::flush);
        BlockStore blocks = storage.blocks();
        SessionGrants timed = new TimedGrants(storage.grants(), metrics);
        this.loginsUnderWay = new LoginsUnderWay(this::settings, clock);
        this.recentLogins = new RecentLogins(timed, clock);
        this.policy = new RelayPolicy(
                first.policy(), timed, blocks, senders, loginsUnderWay, recentLogins, clock, clockOfJames);
        this.logins = new LoginRecorder(this::settings, recentLogins, blocks, events, clock);
        this.recipientLimit = new RecipientLimit(this::settings, new RecipientQuota(storage.values()), events);
        this.sources = new GrantSources(clock, first.store() == StoreKind.REDIS);
        this.usageWriter = PeriodicTask.every(500, TimeUnit.MILLISECONDS, "pop-before-smtp-usage", usageCounter::flush);
        Metered.gauges(gauges, storage.grants(), storage.values(), this::blocksInForce, sharedAddresses);
        DependentUsers dependents = new DependentUsers(usage, clockOfJames);
        Metered.retirementGauges(gauges, this::settings, dependents, clockOfJames);
        this.dependentsCounter =
                PeriodicTask.atOnceAndEvery(1, TimeUnit.MINUTES, "pop-before-smtp-dependents", dependents);
        logLimitations();
        this.reports = PeriodicTask.every(1, TimeUnit.SECONDS, "pop-before-smtp-reports", this::report);
        this.recipientWriter =
                PeriodicTask.every(2, TimeUnit.SECONDS, "pop-before-smtp-recipients", recipientLimit::flush);
        LOGGER.info(
                "POP before SMTP: a login grants relaying for {}, kept by store={}, for sender={}",
                first.lifetime(),
                first.store(),
                first.policy().sender());
    }

    /** Logs what has begun to keep grants from allowing relaying, and when it is over. For one thread. */
    private void logLimitations() {
        List<String> now = limitations();
        now.stream().filter(text -> !knownLimitations.contains(text)).forEach(LOGGER::warn);
        knownLimitations.stream().filter(text -> !now.contains(text)).forEach(text -> LOGGER.info("Over: {}", text));
        knownLimitations = now;
    }

    /** What keeps all grants from allowing relaying now: not a failure, but what the operator has set. */
    public List<String> limitations() {
        return configuration.policy().limitationsAt(wallClock.instant());
    }

    /** What keeps James from starting is logged before James's stack trace, and again at its end. */
    private static <T> T orLogWhy(Supplier<T> part) {
        try {
            return part.get();
        } catch (InvalidConfigurationException e) {
            LOGGER.error("James does not start: {}", e.getMessage());
            throw e;
        } catch (RuntimeException e) {
            LOGGER.error("James does not start: {}", e.getMessage(), e);
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads the configuration again. It applies to all decisions that begin from now on; one that is under way keeps
     * the settings it began with.
     *
     * @param by who asked for it, for the log
     * @return what has changed
     * @throws InvalidConfigurationException that names all problems; then nothing changes
     */
    public synchronized ConfigurationChanges reload(String by) {
        PopBeforeSmtpConfiguration next = file.readAgain(configuration);
        ConfigurationChanges changes = configuration.changesTo(next);
        policy = policy.under(next.policy());
        configuration = next;
        audit.reloaded(changes, by);
        return changes;
    }

    private PolicySettings settings() {
        return configuration.policy();
    }

    private void report() {
        audit.reportSuppressed();
        sources.judge(LOGGER);
        logLimitations();
    }

    /** Where each part registers that it grants, or that it lets clients relay on grants. */
    public GrantSources sources() {
        return sources;
    }

    /** The configuration in force. It is replaced as a whole when it is read again, so do not keep parts of it. */
    public PopBeforeSmtpConfiguration configuration() {
        return configuration;
    }

    /** The one clock of this process: what it measures does not change when the wall clock is set. */
    public Clock clock() {
        return clock;
    }

    /** James's clock, which follows the computer's when that is set: for dates, and never for how long something lasts. */
    public Clock wallClock() {
        return wallClock;
    }

    public Senders senders() {
        return senders;
    }

    public GrantEvents events() {
        return events;
    }

    /** Logs and counts what has happened so far, which is done within some hundredths of a second anyway. */
    public void flushEvents() {
        events.flush();
    }

    public GrantStore store() {
        return storage.grants();
    }

    /** The other records, kept in the same place as the grants. */
    public ValueStore values() {
        return storage.values();
    }

    public BlockStore blocks() {
        return storage.blocks();
    }

    /** How many blocks are in force, as far as this node knows. */
    public int blocksInForce() {
        return blocks().lastKnown().activeAt(clock.instant()).size();
    }

    /** The policy under the settings in force; a different one once they are read again. */
    public RelayPolicy policy() {
        return policy;
    }

    /** Counts the recipients elsewhere that are named on grants, and reports who has named too many. */
    public RecipientLimit recipientLimit() {
        return recipientLimit;
    }

    public LoginRecorder logins() {
        return logins;
    }

    public LoginsUnderWay loginsUnderWay() {
        return loginsUnderWay;
    }

    /** Where users have recently logged in, as far as this node saw. */
    public RecentLogins recentLogins() {
        return recentLogins;
    }

    /** Who relayed on grants, as of about a second ago. */
    public UsageStore usage() {
        return usage;
    }

    /**
     * Forgets who relayed under a user's name and when they used SMTP AUTH. Waits for the store.
     *
     * @return whether there was anything
     * @throws org.popbeforesmtp.store.StoreUnavailableException if the store may still have something
     */
    public boolean forgetUsage(String user) {
        events.flush();
        return usageCounter.forget(user);
    }

    /** Writes what was counted now instead of within a second. Waits for the store. */
    public void writeUsage() {
        events.flush();
        usageCounter.flush();
    }

    /** The addresses that were refused within the last lifetime because too many users share them, as far as this node saw. */
    public SharedAddresses sharedAddresses() {
        return sharedAddresses;
    }

    /** Adds this part to the health check. */
    public void monitor(Monitored part) {
        monitored.add(part);
    }

    /** Why monitored parts do not work now. */
    public List<String> troubles() {
        return monitored.stream()
                .map(Monitored::trouble)
                .filter(trouble -> !trouble.isEmpty())
                .collect(Collectors.toUnmodifiableList());
    }

    /** Called by James at its end: before its servers stop, so the store answers "cannot tell" from here on. */
    @javax.annotation.PreDestroy
    @jakarta.annotation.PreDestroy
    public void stop() {
        eventsTask.close();
        events.close();
        reports.close();
        audit.reportSuppressed();
        dependentsCounter.close();
        recipientWriter.close();
        recipientLimit.flush();
        usageWriter.close();
        usageCounter.flush();
        storage.close();
    }
}
