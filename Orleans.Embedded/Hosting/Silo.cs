using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>The silo: holds the parts together, starts and stops with the host.</summary>
internal sealed class Silo : IHostedService, ILocalSiloDetails, IDisposable
{
    private readonly Lifecycle _lifecycle = new();
    private readonly ClusterOptions _cluster;
    private readonly SiloOptions _silo;
    private ITimer? _collector;
    private volatile bool _accepting;
    private bool _stopped;

    public Silo(
        IServiceProvider services,
        TimeProvider clock,
        GrainClasses classes,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        IOptions<ClusterOptions> cluster,
        IOptions<SiloOptions> silo,
        IOptions<EndpointOptions> endpoint,
        ILogger<Silo> log)
    {
        Services = services;
        Clock = clock;
        Classes = classes;
        Messaging = messaging.Value;
        Collection = collection.Value;
        Log = log;
        InFlight = new(clock);
        Catalog = new(this);
        Observers = new(this);
        Factory = new(this);
        Runtime = new(this);
        _cluster = cluster.Value;
        _silo = silo.Value;
        var age = (int)(clock.GetUtcNow() - DateTimeOffset.UnixEpoch.AddYears(50)).TotalSeconds;
        SiloAddress = SiloAddress.New(endpoint.Value.AdvertisedIPAddress, endpoint.Value.SiloPort, age);
    }

    public IServiceProvider Services { get; }

    public TimeProvider Clock { get; }

    public GrainClasses Classes { get; }

    public SiloMessagingOptions Messaging { get; }

    public GrainCollectionOptions Collection { get; }

    public ILogger Log { get; }

    public CallsInFlight InFlight { get; }

    public Catalog Catalog { get; }

    public Observers Observers { get; }

    public GrainFactory Factory { get; }

    public GrainRuntime Runtime { get; }

    public IIncomingGrainCallFilter[] Filters { get; private set; } = [];

    public IOutgoingGrainCallFilter[] OutgoingFilters { get; private set; } = [];

    public SiloAddress SiloAddress { get; }

    public string Name => _silo.SiloName is { Length: > 0 } name ? name : "Silo";

    public string ClusterId => _cluster.ClusterId;

    public string DnsHostName => Dns.GetHostName();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Validate();
        foreach (var @interface in Classes.All.SelectMany(one => one.Interfaces).Distinct())
            Factory.Interface(@interface);

        // Filters may ask for the factory, which is made from here; so they are looked up late.
        Filters = [.. Services.GetServices<IIncomingGrainCallFilter>()];
        OutgoingFilters = [.. Services.GetServices<IOutgoingGrainCallFilter>()];
        foreach (var participant in Services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
            participant.Participate(_lifecycle);
        InFlight.Expect(Messaging.ResponseTimeout);
        var quantum = Collection.CollectionQuantum;
        _collector = Clock.CreateTimer(_ => CollectIdle(), null, quantum, quantum);
        _accepting = true;
        await _lifecycle.OnStart(cancellationToken);
        Log.LogInformation("The embedded silo {Silo} runs {Classes} grain classes in one process", SiloAddress, Classes.All.Count());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _collector?.Dispose();
        _accepting = false;
        _stopped = true;
        try
        {
            // More than one round only if a call that came in just before made an activation meanwhile.
            while (Catalog.Activations.ToArray() is { Length: > 0 } activations)
            {
                foreach (var activation in activations)
                    activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The silo stops."), cancellationToken);
                await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Log.LogWarning("The time to stop is over; {Left} activations have not ended", Catalog.Activations.Count());
        }

        InFlight.FailAll(new SiloUnavailableException("The silo has stopped."));
        await _lifecycle.OnStop(cancellationToken);
    }

    /// <exception cref="SiloUnavailableException">The silo takes no calls, or none that need a new activation.</exception>
    public void ThrowUnlessAccepting()
    {
        if (!_accepting)
            throw new SiloUnavailableException(_stopped ? "The silo stops and takes no more calls." : "The silo has not started yet.");
    }

    public void Dispose()
    {
        _collector?.Dispose();
        InFlight.Dispose();
    }

    private void Validate()
    {
        if (Collection.CollectionAge <= Collection.CollectionQuantum)
        {
            throw new OrleansConfigurationException(
                $"GrainCollectionOptions.CollectionAge ({Collection.CollectionAge}) has to be longer than CollectionQuantum ({Collection.CollectionQuantum}).");
        }
    }

    private void CollectIdle()
    {
        var now = Clock.GetTimestamp();
        foreach (var activation in Catalog.Activations)
            activation.CollectIfIdle(now);
    }
}
