/**
 * Reads SAM and CloudFormation templates and the output of the CDK, and writes what they describe
 * as a configuration file of Rapid.
 */
@NullMarked
package dev.rapid.templates;

import org.jspecify.annotations.NullMarked;
