// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.policy.BlockChange;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.StoreUnavailableException;

/** How an administrator keeps a user, an address or a network from relaying for a while. */
final class Blocking {

    private static final int PAGE = 10_000;

    private final PopBeforeSmtp product;
    private final JamesUsers users;

    Blocking(PopBeforeSmtp product, JamesUsers users) {
        this.product = product;
        this.users = users;
    }

    /** The target that a user's name stands for. The user need not exist: they may be gone, or not exist yet. */
    BlockTarget user(String name) {
        return BlockTarget.ofUser(users.canonical(name));
    }

    List<Block> all() {
        return product.blocks().all().activeAt(product.clock().instant());
    }

    /** Blocks first, so that no new grant is earned while the existing ones are revoked. */
    BlockView.Put put(BlockTarget target, BlockRequest request, String by) {
        Optional<Boolean> userExists = target.user().map(users::exists);
        Block block = request.of(target, product.clock().instant(), by);
        BlockChange change = BlockChange.put(block);
        int revoked = carryOut("The block", change, () -> {
            product.blocks().put(block);
            return revoke(target);
        });
        product.events().blockChanged(change, revoked);
        return new BlockView.Put(block, revoked, userExists);
    }

    BlockView.Ended end(BlockTarget target, String by) {
        BlockChange change = BlockChange.end(target, by);
        Optional<Block> ended =
                carryOut("The end of the block", change, () -> product.blocks().remove(target));
        ended.ifPresent(block -> product.events().blockChanged(change, 0));
        return ended.map(BlockView.Ended::new).orElseThrow(() -> new NotFound("There is no block of " + target));
    }

    private <T> T carryOut(String what, BlockChange change, Supplier<T> work) {
        product.events().changingBlock(change);
        try {
            return work.get();
        } catch (RuntimeException e) {
            product.events().blockChangeNotConfirmed(change, e);
            if (e instanceof StoreUnavailableException) {
                throw new StoreUnavailableException(
                        what + " is not confirmed: " + e.getMessage()
                                + ". Repeat it until it is answered with 200; repeating is safe",
                        e);
            }
            throw e instanceof IllegalStateException ? new BadRequest(String.valueOf(e.getMessage())) : e;
        }
    }

    private int revoke(BlockTarget target) {
        return target.network()
                .map(this::revoke)
                .orElseGet(() -> target.user().map(product.store()::revokeUser).orElse(0));
    }

    /** Also grants of other clients in the IPv6 network that a blocked address shares them with. */
    private int revoke(Network network) {
        GrantStore store = product.store();
        PolicySettings settings = product.configuration().policy();
        NetworkSet networks = NetworkSet.of(List.of(network));
        GrantQuery concerned = GrantQuery.all()
                .where(grant -> settings.mayBeOfClientsIn(networks, grant.address()))
                .first(PAGE);
        int revoked = 0;
        for (List<Grant> page = store.list(concerned); !page.isEmpty(); ) {
            Set<ClientAddress> addresses = new HashSet<>();
            page.forEach(grant -> addresses.add(grant.address()));
            for (ClientAddress address : addresses) {
                revoked += store.revoke(address);
            }
            ClientAddress last = page.get(page.size() - 1).address();
            page = page.size() < PAGE ? List.of() : store.list(concerned.after(last));
        }
        return revoked;
    }
}
