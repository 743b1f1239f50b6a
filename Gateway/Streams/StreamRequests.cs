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

    /// <summary>The mount on it, such as <c>/live</c>; omit if the URL already points to the audio.</summary>
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

    /// <summary>
    /// The charset of the source's titles, such as <c>windows-1251</c>; by default UTF-8, or Windows-1252 for titles that are not valid UTF-8.
    /// </summary>
    public string? MetadataCharset { get; init; }
}

/// <summary>The body of <c>PATCH /v1/streams/{id}</c>; omitted fields stay unchanged.</summary>
[Example("""{"description": "Slow music until the morning."}""")]
public sealed record StreamChanges
{
    /// <summary>The new name.</summary>
    public string? Name { get; init; }

    /// <summary>The new server; it is probed first.</summary>
    public string? ShoutcastUrl { get; init; }

    /// <summary>The new mount; an empty string removes it.</summary>
    public string? Mount { get; init; }

    /// <summary>The new password for the source; an empty string removes it.</summary>
    public string? StreamKey { get; init; }

    /// <summary>The new genre.</summary>
    public string? Genre { get; init; }

    /// <summary>The new description.</summary>
    public string? Description { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public Visibility? Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }

    /// <summary>The charset of the source's titles; an empty string restores detection.</summary>
    public string? MetadataCharset { get; init; }

    /// <summary>False stops the relay and disconnects its listeners; true starts it.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>The body of <c>POST /v1/streams/{id}/heartbeat</c>.</summary>
[Example("""{"listeners": 3, "uptime_seconds": 3600, "cpu_usage": 1.5}""")]
public sealed record RelayHeartbeat
{
    /// <summary>The relay's number of listeners, 0 or more.</summary>
    public int? Listeners { get; init; }

    /// <summary>How long the relay has been running, in seconds.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>The CPU usage in percent of a core.</summary>
    public double? CpuUsage { get; init; }
}
