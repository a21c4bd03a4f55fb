/**
 * Files of scripts: what shell lines make and system calls open. {@code ScratchFiles} holds their sizes; nothing is written
 * anywhere.
 */
package org.bpfsim.tcp.packetdrill.files;
