using Audio.Orleans.Contracts.Streams;

namespace Audio.Orleans.Gateway.Streams;

/// <summary>The body of <c>POST /v1/streams</c>.</summary>
public sealed record StreamRegistration
{
    /// <summary>The station's name, 1 to 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The Icecast or SHOUTcast server, http or https.</summary>
    public string? ShoutcastUrl { get; init; }

    /// <summary>The mount on it, such as <c>/live</c>; leave out when the URL names the audio itself.</summary>
    public string? Mount { get; init; }

    /// <summary>A password for listening to the source, or <c>user:password</c>; kept encrypted, never returned.</summary>
    public string? StreamKey { get; init; }

    /// <summary>A genre, at most 100 characters.</summary>
    public string? Genre { get; init; }

    /// <summary>A description, at most 4,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary><c>public</c> (the default) or <c>private</c>.</summary>
    public StreamVisibility? Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }
}

/// <summary>The body of <c>PATCH /v1/streams/{id}</c>; what is left out stays as it is.</summary>
public sealed record StreamChanges
{
    /// <summary>Another name.</summary>
    public string? Name { get; init; }

    /// <summary>Another server; it is probed first.</summary>
    public string? ShoutcastUrl { get; init; }

    /// <summary>Another mount; an empty one removes it.</summary>
    public string? Mount { get; init; }

    /// <summary>Another password for the source; an empty one removes it.</summary>
    public string? StreamKey { get; init; }

    /// <summary>Another genre.</summary>
    public string? Genre { get; init; }

    /// <summary>Another description.</summary>
    public string? Description { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public StreamVisibility? Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }

    /// <summary>False stops the relay and lets its listeners go; true starts it.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>The body of <c>POST /v1/streams/{id}/heartbeat</c>.</summary>
public sealed record RelayHeartbeat
{
    /// <summary>Listeners of the relay, 0 or more.</summary>
    public int? Listeners { get; init; }

    /// <summary>How long it has been running, in seconds.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>In percent of a core.</summary>
    public double? CpuUsage { get; init; }
}
