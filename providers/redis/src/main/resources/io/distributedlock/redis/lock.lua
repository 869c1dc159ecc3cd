-- A lock is one hash. Times are microseconds since the epoch, by the clock of this server.
--   owner token node acquired until   the last grant; its owner gets a prefix when it is over before its time
--   before                            what was in owner before, the last few times
--   forcedBy                          the call that released the lock by force last
--   abandoned                         owners that must not be granted the lock any more, each followed by for how long
--   reserved reservedUntil            the channel that was woken last, and until when the lock is kept for it
--   place:<channel>                   the number of a waiting node, and when it asked last
--   last                              the highest of these numbers
local key = KEYS[1]

local RESERVATION = 200000
local FORGOTTEN_AFTER = 5000000

local function micros()
	local time = redis.call('TIME')
	return time[1] * 1000000 + time[2]
end

-- Other ways to make a string of a number lose digits.
local function text(number)
	return string.format('%.0f', number)
end

local function released(owner)
	return 'released:' .. owner
end

local function forced(owner)
	return 'forced:' .. owner
end

local function isAbandoned(abandoned, owner)
	return abandoned and string.find(' ' .. abandoned, ' ' .. owner .. ' ', 1, true)
end

-- Forgets the lock when nothing of it can matter any more. Also makes the writes that follow possible when the
-- memory is full: only the first write of a script is refused then, and this one never is.
local function keep(now, retention, untilTime, abandoned)
	local latest = 0
	for time in string.gmatch(abandoned or '', ' (%d+)') do
		latest = math.max(latest, tonumber(time))
	end
	redis.call('PEXPIREAT', key, text(math.ceil(math.max(now + retention, untilTime, latest) / 1000)))
	if abandoned and latest <= now then
		redis.call('HDEL', key, 'abandoned')
	end
end

local function placeOf(channel)
	local place = redis.call('HGET', key, 'place:' .. channel)
	if place then
		local number, asked = string.match(place, '(%d+) (%d+)')
		return tonumber(number), tonumber(asked)
	end
end

local function leaveQueue(channel)
	redis.call('HDEL', key, 'place:' .. channel)
end

-- A node that waits keeps its place as long as it goes on asking.
local function joinQueue(channel, now)
	local number, asked = placeOf(channel)
	if not number or now - asked > FORGOTTEN_AFTER then
		number = redis.call('HINCRBY', key, 'last', 1)
	end
	redis.call('HSET', key, 'place:' .. channel, text(number) .. ' ' .. text(now))
end

-- The numbers of the waiting nodes in order, and the channel of each.
local function waitingNodes()
	local fields = redis.call('HGETALL', key)
	local numbers, channels = {}, {}
	for i = 1, #fields, 2 do
		local channel = string.match(fields[i], '^place:(.*)')
		if channel then
			local number = tonumber(string.match(fields[i + 1], '^%d+'))
			table.insert(numbers, number)
			channels[number] = channel
		end
	end
	table.sort(numbers)
	return numbers, channels
end

-- Keeps a freed lock for the node that waits longest, and wakes it, unless it is the one that frees the lock. Skips
-- those that have not asked for long, and those that do not listen, where the server knows all that do: in a cluster
-- it does not. Returns the channel of the node, if any.
local function wakeNext(now, cluster, own)
	local numbers, channels = waitingNodes()
	for _, number in ipairs(numbers) do
		local channel = channels[number]
		local _, asked = placeOf(channel)
		leaveQueue(channel)
		if now - asked <= FORGOTTEN_AFTER
				and (channel == own or redis.call('PUBLISH', channel, key) > 0 or cluster == '1') then
			redis.call('HSET', key, 'reserved', channel, 'reservedUntil', text(now + RESERVATION))
			return channel
		end
	end
	redis.call('HDEL', key, 'last')
	return nil
end

local function isReserved(reservedUntil, now)
	local time = tonumber(reservedUntil or 0)
	-- a clock that was set back must not make it last
	return time > now and time <= now + RESERVATION
end
