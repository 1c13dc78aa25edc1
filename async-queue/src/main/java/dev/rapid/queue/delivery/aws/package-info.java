/**
 * Requests to SQS, SNS and EventBridge: their protocols, and Signature Version 4. Begin with {@link
 * dev.rapid.queue.delivery.aws.ServiceRequests}.
 */
@NullMarked
package dev.rapid.queue.delivery.aws;

import org.jspecify.annotations.NullMarked;
