// SPDX-License-Identifier: Apache-2.0
/** What an operator sees of grants: the audit log, the warnings and the metrics. */
@NullMarked
package org.popbeforesmtp.audit;

import org.jspecify.annotations.NullMarked;
