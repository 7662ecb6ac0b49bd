// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.fakes;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.BlockChange;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.Revocation;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/** Writes down what it is told, one short line each. */
public final class RecordedEvents implements GrantEvents {

    private final List<String> lines = new ArrayList<>();

    /** The lines since the last call. */
    public synchronized List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    private synchronized void add(String line) {
        lines.add(line);
    }

    @Override
    public void recorded(Grant grant) {
        add("recorded " + grant.address() + " " + grant.user().orElse("-"));
    }

    @Override
    public void renewedAfterItEnded(Grant grant, Instant ended) {
        add("renewed after it ended " + grant.address() + " " + grant.user().orElse("-"));
    }

    @Override
    public void excluded(Login login, Reason reason) {
        add(reason.word() + " " + login.address() + " " + login.user().orElse("-"));
    }

    @Override
    public void notRecorded(Login login, Throwable cause) {
        add("not recorded " + login.address() + " " + login.user().orElse("-"));
    }

    @Override
    public void allowed(ClientAddress client, Optional<String> sender, Grant grant) {
        add("allowed " + client + " " + sender.orElse("<>") + " by "
                + grant.user().orElse("-"));
    }

    @Override
    public void accepted(ClientAddress client, Grant grant, int recipientsElsewhere) {
        add("accepted " + client + " for " + recipientsElsewhere + " by "
                + grant.user().orElse("-"));
    }

    @Override
    public void manyRecipients(String holder, long recipients) {
        add("many recipients " + recipients + " of " + holder);
    }

    @Override
    public void authenticated(String user) {
        add("authenticated " + user);
    }

    @Override
    public void refused(ClientAddress client, Optional<String> sender, Decision decision) {
        add("refused " + client + " " + sender.orElse("<>") + " "
                + decision.reason().map(Reason::word).orElse("?"));
    }

    @Override
    public void revoking(Revocation revocation) {
        add("revoking " + whose(revocation));
    }

    @Override
    public void revoked(Revocation revocation, int grants) {
        add("revoked " + whose(revocation) + " " + grants);
    }

    @Override
    public void revocationNotConfirmed(Revocation revocation, Throwable cause) {
        add("not confirmed " + whose(revocation));
    }

    private static String whose(Revocation revocation) {
        return revocation
                .user()
                .orElseGet(() -> revocation.address().orElseThrow().toString());
    }

    @Override
    public void changingBlock(BlockChange change) {
        add("changing block " + change.target());
    }

    @Override
    public void blockChanged(BlockChange change, int grants) {
        add((change.block().isPresent() ? "blocked " : "block ended ") + change.target() + " " + grants);
    }

    @Override
    public void blockChangeNotConfirmed(BlockChange change, Throwable cause) {
        add("block not confirmed " + change.target());
    }

    @Override
    public void failed(String where, Throwable cause) {
        add("failed " + where);
    }
}
