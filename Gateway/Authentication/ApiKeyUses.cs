using System.Collections.Concurrent;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.ApiKeys;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>Tells accounts when their API keys were used last: at most once a minute for each, and never in a request's way.</summary>
public sealed class ApiKeyUses(IGrainFactory grains, TimeProvider time, ILogger<ApiKeyUses> logger)
{
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, long> _noted = new();
    private long _prunedAt = time.GetTimestamp();

    /// <summary>How many keys are remembered: those that were used within the last two minutes or so.</summary>
    internal int Count => _noted.Count;

    /// <summary>A key was used now.</summary>
    public void Note(Guid userId, Guid keyId)
    {
        var now = time.GetTimestamp();
        var known = _noted.TryGetValue(keyId, out var noted);
        if (known ? time.GetElapsedTime(noted) >= Least && _noted.TryUpdate(keyId, now, noted) : _noted.TryAdd(keyId, now))
            _ = NotifyAsync(userId, keyId);
        var prunedAt = Interlocked.Read(ref _prunedAt);
        if (time.GetElapsedTime(prunedAt) < Least || Interlocked.CompareExchange(ref _prunedAt, now, prunedAt) != prunedAt)
            return;
        foreach (var old in _noted.Where(old => time.GetElapsedTime(old.Value) >= Least))
            _noted.TryRemove(old);
    }

    private async Task NotifyAsync(Guid userId, Guid keyId)
    {
        RequestContext.Clear(); // It is no part of what the request does.
        try
        {
            await grains.GetGrain<IApiKeysGrain>(GrainKeys.Account(userId)).NoteUse(keyId, time.GetUtcNow());
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogInformation(exception, "The use of API key {KeyId} could not be kept", keyId);
        }
    }
}
