// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.portmapper;

import org.popbeforesmtp.drac.rpc.RpcCall;
import org.popbeforesmtp.drac.rpc.RpcProgram;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.runtime.MutableClock;

/** A program that can be registered, and no more. */
final class NoProgram extends RpcProgram {

    NoProgram(int number, int lowestVersion, int highestVersion) {
        super(number, lowestVersion, highestVersion, new LogLimit(new MutableClock(), 1));
    }

    @Override
    protected void call(RpcCall call) {
        throw new AssertionError("nobody calls it");
    }
}
