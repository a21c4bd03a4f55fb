/** Linux TCP as a state machine. */
package org.bpfsim.tcp;
