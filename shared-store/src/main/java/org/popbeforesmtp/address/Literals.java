// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.ipv6.IPv6AddressStringParameters;

/**
 * Which texts are addresses and networks: RFC 4291 section 2.2 and dotted quads in decimal, and none of the many other
 * forms that the IPAddress library, or a C library, would take ({@code 127.1}, {@code 0177.0.0.1}, {@code 10.*}).
 */
final class Literals {

    static final IPAddressStringParameters ADDRESS = strict(false);
    static final IPAddressStringParameters NETWORK = strict(true);

    private Literals() {}

    private static IPAddressStringParameters strict(boolean network) {
        IPAddressStringParameters.Builder text = new IPAddressStringParameters.Builder();
        text.allowEmpty(false).allowAll(false).allowSingleSegment(false);
        text.allowPrefix(network).allowPrefixOnly(false).allowMask(false).allowWildcardedSeparator(false);
        text.setRangeOptions(RangeParameters.NO_RANGE);
        text.getIPv4AddressParametersBuilder()
                .allow_inet_aton(false)
                .allowBinary(false)
                .allowPrefixesBeyondAddressSize(false)
                .allowLeadingZeros(false);
        IPv6AddressStringParameters.Builder ipv6 = text.getIPv6AddressParametersBuilder();
        ipv6.allowBase85(false)
                .allowBinary(false)
                .allowZone(!network)
                .allowEmptyZone(false)
                .allowUnlimitedLeadingZeros(false)
                .allowPrefixesBeyondAddressSize(false);
        ipv6.allow_mixed_inet_aton(false);
        ipv6.getEmbeddedIPv4AddressParametersBuilder()
                .allow_inet_aton(false)
                .allowBinary(false)
                .allowLeadingZeros(false);
        return text.toParams();
    }
}
