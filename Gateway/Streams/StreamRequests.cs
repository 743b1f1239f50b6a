using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Gateway.Streams;

/// <summary>The body of <c>POST /v1/streams</c>.</summary>
[Example("""{"name": "Night Shift", "shoutcast_url": "http://icecast.example.org:8000", "mount": "/live", "genre": "Ambient", "description": "Slow music for late hours.", "visibility": "public"}""")]
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
    public Visibility? Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }

    /// <summary>What the source writes its titles in, such as <c>windows-1251</c>; unless told UTF-8, or Windows-1252 where they are none.</summary>
    public string? MetadataCharset { get; init; }
}

/// <summary>The body of <c>PATCH /v1/streams/{id}</c>; what is left out stays as it is.</summary>
[Example("""{"description": "Slow music until the morning."}""")]
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
    public Visibility? Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }

    /// <summary>What the source writes its titles in; an empty one: find out.</summary>
    public string? MetadataCharset { get; init; }

    /// <summary>False stops the relay and lets its listeners go; true starts it.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>The body of <c>POST /v1/streams/{id}/heartbeat</c>.</summary>
[Example("""{"listeners": 3, "uptime_seconds": 3600, "cpu_usage": 1.5}""")]
public sealed record RelayHeartbeat
{
    /// <summary>Listeners of the relay, 0 or more.</summary>
    public int? Listeners { get; init; }

    /// <summary>How long it has been running, in seconds.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>In percent of a core.</summary>
    public double? CpuUsage { get; init; }
}
