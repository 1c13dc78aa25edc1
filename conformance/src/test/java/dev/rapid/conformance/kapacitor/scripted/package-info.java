/** Both ends of the protocol that are not the program's: the host, and what the scripts trace. */
package dev.rapid.conformance.kapacitor.scripted;
