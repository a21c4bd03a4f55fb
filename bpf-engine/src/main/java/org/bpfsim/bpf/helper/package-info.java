/**
 * Helpers and kfuncs: what programs call outside themselves.
 */
package org.bpfsim.bpf.helper;
