using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>
/// Counts plays of playlists, one per session. A session is a player (identified by its <c>session</c>, its account, or its address and user
/// agent) that requests the playlist again within half an hour, so that fetching it in parts is one play. Sends totals to the database every few
/// seconds; a batch whose response is lost is sent again and counts once.
/// </summary>
public sealed class PlayCounter(IGrainFactory grains, TimeProvider time, ILogger<PlayCounter> logger) : BackgroundService
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SessionLimit = TimeSpan.FromMinutes(30);

    /// <summary>About 20 MB of sessions; sessions beyond that count again with each request.</summary>
    private const int MostSessions = 200_000;

    private const int LongestSession = 100;

    // Players open several connections at once: checking for a session and adding it must be atomic.
    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid PlaylistId, ulong Session), long> _sessions = [];
    private Dictionary<Guid, int> _plays = [];
    private (Guid Id, ImmutableArray<PlaylistPlays> Plays)? _unsent;

    /// <summary>Counts a player's request for a playlist.</summary>
    public void Note(Guid playlistId, HttpContext context)
    {
        var session = SessionOf(context);
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var isKnown = _sessions.TryGetValue((playlistId, session), out var seen) && time.GetElapsedTime(seen, now) < SessionLimit;
            if (isKnown || _sessions.Count < MostSessions)
                _sessions[(playlistId, session)] = now;
            if (!isKnown)
                _plays[playlistId] = _plays.GetValueOrDefault(playlistId) + 1;
        }
    }

    /// <summary>Sends the counts.</summary>
    /// <returns>False when they could not be sent; the next call sends them.</returns>
    public async Task<bool> SendAsync()
    {
        if (_unsent is null)
        {
            var counted = TakePlays();
            if (counted.IsEmpty)
                return true;
            _unsent = (Guid.CreateVersion7(), counted);
        }
        var (id, plays) = _unsent.Value;
        try
        {
            await grains.GetGrain<IPlaylistCatalogGrain>(GrainKeys.Shared).CountPlays(id, plays);
            _unsent = null;
            return true;
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "Plays of {Count} playlists could not be written; they will be sent again", plays.Length);
            return false;
        }
    }

    /// <summary>Sends until the host stops, and once more then.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReportInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                ForgetSessions();
                await SendAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The remaining counts are sent below.
        }
        // Twice when an earlier batch is left over: that one goes first.
        if (_unsent is null || await SendAsync())
            await SendAsync();
    }

    /// <summary>
    /// The player's <c>session</c>, its account, or its address and user agent, as 64 bits of a hash, which no two players share in practice.
    /// </summary>
    private static ulong SessionOf(HttpContext context)
    {
        var session = context.Request.Query["session"].ToString();
        var text = session.Length is > 0 and <= LongestSession ? $"session {session}"
            : context.User.IdOf(Principals.Subject) is { } account ? $"account {account:N}"
            : $"player {context.Connection.RemoteIpAddress} {context.Request.Headers.UserAgent}";
        return BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private ImmutableArray<PlaylistPlays> TakePlays()
    {
        lock (_lock)
        {
            ImmutableArray<PlaylistPlays> counted = [.. _plays.Select(pair => new PlaylistPlays(pair.Key, pair.Value))];
            _plays = [];
            return counted;
        }
    }

    private void ForgetSessions()
    {
        lock (_lock)
        {
            // A dictionary may lose entries during enumeration.
            foreach (var (session, seen) in _sessions)
            {
                if (time.GetElapsedTime(seen) >= SessionLimit)
                    _sessions.Remove(session);
            }
        }
    }
}
