package io.gyre.coroutines

import org.slf4j.helpers.BasicMDCAdapter
import org.slf4j.simple.SimpleServiceProvider
import org.slf4j.spi.MDCAdapter

/** slf4j-simple with a diagnostic context, which it has none of. Chosen by the property `slf4j.provider`. */
class MdcServiceProvider : SimpleServiceProvider() {
    private val mdc = BasicMDCAdapter()

    override fun getMDCAdapter(): MDCAdapter = mdc
}
