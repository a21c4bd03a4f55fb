/** The words of the bpfsim command. */
package org.bpfsim.cli;
