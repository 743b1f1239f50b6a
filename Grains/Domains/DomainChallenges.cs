using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains.Domains;

/// <summary>The responses to an authority's challenges (HTTP-01; RFC 8555, section 8.3) while it is asked for a certificate.</summary>
internal sealed class DomainChallenges(TimeProvider time)
{
    /// <summary>Authorities wait about ten seconds for the response to a challenge.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    private readonly Dictionary<string, Secret> _responses = [];
    private readonly ChangeSignal _published = new(time);

    /// <summary>Adds a response, and wakes those who wait for it.</summary>
    public void Publish(Secret token, Secret response)
    {
        _responses[token.Value] = response;
        _published.Raise();
    }

    /// <summary>Forgets the responses: the authority has decided.</summary>
    public void Clear() => _responses.Clear();

    /// <summary>The response to a challenge, which may arrive before the job has published it; null if there is none.</summary>
    /// <param name="token">The challenge.</param>
    /// <param name="isAwaited">Whether a response may still come.</param>
    public async Task<Secret?> WaitAsync(Secret token, Func<bool> isAwaited)
    {
        for (var start = time.GetTimestamp(); isAwaited();)
        {
            if (_responses.TryGetValue(token.Value, out var response))
                return response;
            var left = LongestWait - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !await _published.WaitAsync(left))
                return null;
        }
        return null;
    }
}
