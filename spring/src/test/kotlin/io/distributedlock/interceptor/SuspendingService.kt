package io.distributedlock.interceptor

import io.distributedlock.Lease
import io.distributedlock.LockNotAcquiredException
import io.distributedlock.annotation.DistributedLock
import io.distributedlock.annotation.OnContention
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.reactor.ReactorContext
import kotlin.coroutines.coroutineContext

/** Suspending functions and flows under locks. */
open class SuspendingService {

	@DistributedLock("#id")
	open suspend fun run(id: String, work: suspend () -> String): String {
		delay(1)
		val result = work()
		delay(1)
		return result
	}

	@DistributedLock("#p0")
	open suspend fun byIndex(id: String): String = leaseOf()

	@DistributedLock("byArguments:#{#root.args.length}")
	open suspend fun byArguments(id: String): String = leaseOf()

	@DistributedLock("overload:#{#id}")
	open suspend fun overload(id: String): String = nameOfLease()

	@DistributedLock("overload:#{#id}")
	open suspend fun overload(id: String, number: Int): String = nameOfLease()

	@DistributedLock("#id")
	open suspend fun nothing(id: String, work: suspend () -> Unit) {
		work()
	}

	@DistributedLock(key = "#id", waitTime = "20s")
	open suspend fun waiting(id: String): String = "x"

	@DistributedLock(key = "#id", onContention = OnContention.SKIP)
	open suspend fun skipping(id: String): String? = "x"

	@DistributedLock(key = "#id", fallback = "instead")
	open suspend fun withFallback(id: String): String = "x"

	private suspend fun instead(id: String, refused: LockNotAcquiredException): String {
		delay(1)
		return "instead of " + refused.holder().orElse("?")
	}

	@DistributedLock(key = "#id", fallback = "silently")
	open suspend fun withSilentFallback(id: String): String = "x"

	private suspend fun silently(id: String): String {
		delay(1)
		return "instead of $id"
	}

	@DistributedLock("#id")
	open fun flow(id: String, work: suspend () -> String): Flow<String> = flow {
		delay(1)
		emit(work())
		delay(1)
		emit(work())
	}

	@DistributedLock(key = "#id", onContention = OnContention.SKIP)
	open suspend fun suspendingFlow(id: String, work: suspend () -> String): Flow<String> = flow { emit(work()) }

	private suspend fun leaseOf(): String = lease().key()

	private suspend fun nameOfLease(): String = lease().name()

	private suspend fun lease(): Lease = coroutineContext[ReactorContext]!!.context.get(Lease::class.java)

}
