using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;

namespace AudioOrleans.Gateway.Domains;

/// <summary>A verified custom host. The same object as long as nothing of it changes.</summary>
/// <param name="served">What is served.</param>
/// <param name="previous">The same host before the change, whose certificate is used until the new one is here; null for none.</param>
public sealed class CustomHost(ServedHost served, CustomHost? previous)
{
    /// <summary>The name in lower case.</summary>
    public string Name { get; } = served.Host;

    /// <summary>Its domain.</summary>
    public Guid DomainId { get; } = served.DomainId!.Value;

    /// <summary>The podcast that is served there; null for none.</summary>
    public Guid? PodcastId { get; } = served.PodcastId;

    /// <summary>The number of its certificate; 0 for none.</summary>
    public long Certificate { get; } = served.Certificate;

    /// <summary>Whether it is served by HTTPS with a certificate of the platform's.</summary>
    public bool HasCertificate => Certificate != 0;

    /// <summary>What a handshake needs; null if there is no certificate.</summary>
    /// <param name="fetch">Fetches the certificate, if it is not in memory yet.</param>
    public ValueTask<SslServerAuthenticationOptions?> FindTlsAsync(Func<Task<IssuedCertificate?>> fetch) => HasCertificate ? Tls.GetAsync(fetch) : default;

    private HostCertificate Tls { get; } = new(previous?.Certificate == served.Certificate ? previous.Tls : null, served.Certificate == 0 ? null : previous?.Tls.Current);
}

/// <summary>
/// All verified hosts, in memory: a look-up never leaves the process. Changes come from the grains within a second; while those cannot be
/// reached, the hosts stay as they were.
/// </summary>
public sealed partial class CustomHosts(IGrainFactory grains, TimeProvider time, ILogger<CustomHosts> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>How long the start waits for the hosts: until they are here, a custom host looks like an unknown one.</summary>
    private static readonly TimeSpan StartWait = TimeSpan.FromSeconds(1);

    // Replaced as a whole and never changed, so that readers need no lock. Frozen ones would take ten times as long to make.
    private Dictionary<string, CustomHost> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<Guid, CustomHost> _byPodcast = [];
    private long _version;
    private Task _first = Task.CompletedTask;

    /// <summary>How many there are.</summary>
    public int Count => _hosts.Count;

    /// <summary>Finds a host by its name.</summary>
    public bool TryFind(string? name, [MaybeNullWhen(false)] out CustomHost host)
    {
        if (name is not null)
            return _hosts.TryGetValue(name, out host);
        host = null;
        return false;
    }

    /// <summary>Finds the host with a certificate where a podcast is served.</summary>
    public bool TryFindByPodcast(Guid podcastId, [MaybeNullWhen(false)] out CustomHost host) => _byPodcast.TryGetValue(podcastId, out host);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (_first = RefreshAsync()).WaitAsync(StartWait, time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException || exception.IsFailedCall())
        {
            LogLate();
        }
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Replaces the hosts by the changed ones.</summary>
    public void Apply(IEnumerable<ServedHost> changes)
    {
        var hosts = new Dictionary<string, CustomHost>(_hosts, StringComparer.OrdinalIgnoreCase);
        foreach (var change in changes)
        {
            if (change.DomainId is null)
                hosts.Remove(change.Host);
            else
                hosts[change.Host] = new CustomHost(change, hosts.GetValueOrDefault(change.Host) is { } known && known.DomainId == change.DomainId ? known : null);
        }
        _byPodcast = hosts.Values.Where(host => host is { PodcastId: not null, HasCertificate: true }).OrderBy(host => host.DomainId)
            .DistinctBy(host => host.PodcastId!.Value).ToDictionary(host => host.PodcastId!.Value);
        _hosts = hosts;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // It may still be under way; a failure was logged.
        using var timer = new PeriodicTimer(Poll, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync();
            }
            catch (Exception exception) when (exception.IsFailedCall())
            {
                LogStale(exception);
            }
        }
    }

    private async Task RefreshAsync()
    {
        var catalog = grains.GetGrain<IDomainCatalogGrain>(GrainKeys.Shared);
        var (changes, version) = (new List<ServedHost>(), _version);
        bool hasMore;
        do
        {
            var page = await catalog.GetChanges(version);
            changes.AddRange(page.Hosts);
            (version, hasMore) = (page.Version, page.HasMore);
        }
        while (hasMore);
        if (changes.Count > 0)
            Apply(changes);
        _version = version;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The custom domains are not loaded yet; they are in the background")]
    private partial void LogLate();

    [LoggerMessage(Level = LogLevel.Debug, Message = "The custom domains cannot be refreshed; those that are known stay")]
    private partial void LogStale(Exception exception);
}
