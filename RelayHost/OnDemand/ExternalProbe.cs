using System.Collections.Concurrent;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>
/// Checks external URLs before they are added to a playlist: whether they respond, and are declared as MP3. The file is checked again when it is
/// fetched.
/// </summary>
public sealed class ExternalProbe(ExternalFiles files, TimeProvider time)
{
    private const int AtOnce = 8;

    /// <summary>Limit for all URLs together, because a user waits for the response.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Checks several URLs.</summary>
    /// <returns>For each URL the reason why it cannot be used; null where it can.</returns>
    public async Task<IReadOnlyDictionary<string, SourceException?>> CheckAllAsync(IEnumerable<string> urls, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var answers = new ConcurrentDictionary<string, SourceException?>();
        await Parallel.ForEachAsync(urls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (url, _) =>
        {
            try
            {
                (await files.OpenAsync(new Uri(url), null, null, either.Token)).Dispose();
                answers[url] = null;
            }
            catch (SourceException exception)
            {
                answers[url] = exception;
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                answers[url] = new SourceException(SourceFault.Unreachable, $"The address was not reached: the check of all addresses took longer than {Limit.TotalSeconds:0} s.", exception);
            }
        });
        return answers;
    }
}
