/** Scenario files and the runner. */
package org.bpfsim.scenario;
