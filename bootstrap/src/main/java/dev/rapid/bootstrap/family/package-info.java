/**
 * A process and its descendants: {@link dev.rapid.bootstrap.family.ProcessFamily} finds and kills
 * them all, {@link dev.rapid.bootstrap.family.FamilyFreezer} stops them and lets them go on, {@link
 * dev.rapid.bootstrap.family.ProcFs} reads what Linux shows of processes, {@link
 * dev.rapid.bootstrap.family.PeakMemory} measures one.
 */
@NullMarked
package dev.rapid.bootstrap.family;

import org.jspecify.annotations.NullMarked;
