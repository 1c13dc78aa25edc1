/**
 * APIs as entries of a configuration file (contract http-front-door, section 10): those that events
 * of functions make, those of SAM with OpenAPI documents, and those of API Gateway as the CDK
 * writes them. {@link dev.rapid.templates.api.ConfiguredApis} reads all of them.
 */
@NullMarked
package dev.rapid.templates.api;

import org.jspecify.annotations.NullMarked;
