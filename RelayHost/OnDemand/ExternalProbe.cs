using System.Collections.Concurrent;
using Audio.Orleans.RelayHost.Sources;

namespace Audio.Orleans.RelayHost.OnDemand;

/// <summary>Looks at addresses before they are taken into a playlist: that they are there, and call themselves MP3. What is fetched later is looked at again.</summary>
public sealed class ExternalProbe(ExternalFiles files)
{
    private const int AtOnce = 8;

    /// <summary>Looks at some addresses.</summary>
    /// <returns>For each why it cannot be used; null where it can.</returns>
    public async Task<IReadOnlyDictionary<string, SourceException?>> CheckAllAsync(IEnumerable<string> urls, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentDictionary<string, SourceException?>();
        await Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (url, token) =>
        {
            try
            {
                (await files.OpenAsync(new Uri(url), null, null, token)).Dispose();
                answers[url] = null;
            }
            catch (SourceException exception)
            {
                answers[url] = exception;
            }
        });
        return answers;
    }
}
