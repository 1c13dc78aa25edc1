/** The caller's side: the Lambda Invoke API as the AWS CLI and SDKs speak it. */
@NullMarked
package dev.rapid.invokeapi;

import org.jspecify.annotations.NullMarked;
