using System.Diagnostics;
using System.Net;

namespace Orleans.Configuration;

/// <summary>The names of the service and of the cluster.</summary>
public class ClusterOptions
{
    /// <summary>The service when none is named.</summary>
    public const string DefaultServiceId = "default";

    /// <summary>The cluster when none is named.</summary>
    public const string DefaultClusterId = "default";

    internal const string DevelopmentServiceId = "dev";
    internal const string DevelopmentClusterId = "dev";

    /// <summary>The cluster's name.</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>The service's name; stored data belongs to it.</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}

/// <summary>The silo's name.</summary>
public class SiloOptions
{
    /// <summary>The name.</summary>
    public string SiloName { get; set; } = "";
}

/// <summary>Where the silo would listen. The embedded silo has a name there but does not listen.</summary>
public class EndpointOptions
{
    /// <summary>The port for other silos.</summary>
    public const int DEFAULT_SILO_PORT = 11111;

    /// <summary>The port for clients.</summary>
    public const int DEFAULT_GATEWAY_PORT = 30000;

    /// <summary>The address that others are told.</summary>
    public IPAddress AdvertisedIPAddress { get; set; } = IPAddress.Loopback;

    /// <summary>The port for other silos.</summary>
    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    /// <summary>The port for clients.</summary>
    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;
}

/// <summary>How calls behave.</summary>
public abstract class MessagingOptions
{
    private TimeSpan _responseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long a call waits for its response; 30 seconds.</summary>
    public TimeSpan ResponseTimeout
    {
        get => Debugger.IsAttached ? ResponseTimeoutWithDebugger : _responseTimeout;
        set => _responseTimeout = value;
    }

    /// <summary>The same while a debugger is attached; 30 minutes.</summary>
    public TimeSpan ResponseTimeoutWithDebugger { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A call that times out has its token cancelled.</summary>
    public bool CancelRequestOnTimeout { get; set; } = true;

    /// <summary>A cancelled call ends when the grain says so, not at once.</summary>
    public bool WaitForCancellationAcknowledgement { get; set; }
}

/// <inheritdoc/>
public class SiloMessagingOptions : MessagingOptions;

/// <summary>When idle activations end.</summary>
public class GrainCollectionOptions
{
    /// <summary>How long an activation may be idle; 15 minutes.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often idle ones are looked for; one minute.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Ages of single classes, by full class name.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>How long activating may take; 30 seconds.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long deactivating may take; 30 seconds.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
