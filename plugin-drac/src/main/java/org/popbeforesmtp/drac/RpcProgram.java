// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

/** What answers the calls to one program number. */
interface RpcProgram {

    int number();

    int lowestVersion();

    int highestVersion();

    /**
     * Carries out a call of a version that the program has, and sees to it that the exchange is answered once. Runs on
     * the thread that serves every socket, so it must not wait.
     *
     * @throws GarbledMessageException if the arguments are not what the procedure takes; then it has not answered
     */
    void call(RpcCall call, Exchange exchange) throws GarbledMessageException;
}
