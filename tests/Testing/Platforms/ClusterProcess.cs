using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace AudioOrleans.Testing.Platforms;

/// <summary>
/// A whole cluster on 127.0.0.1 with a fresh database on the shared server; each silo and each gateway is a separate process. Members are
/// started one by one and not by the launcher, so that a test can add some with other settings and see how each of them ends.
/// </summary>
public sealed class ClusterProcess : IAsyncDisposable
{
    private readonly TestFolder _folder = new("cluster");
    private readonly List<MemberProcess> _members = [];
    private readonly Dictionary<string, int> _names = [];
    private readonly ImmutableDictionary<string, string?> _settings;

    private ClusterProcess(ImmutableDictionary<string, string?> settings) => _settings = settings;

    /// <summary>The secret that its members share.</summary>
    public string Secret => _settings["Cluster__Secret"]!;

    /// <summary>Its database.</summary>
    public string ConnectionString => _settings["ConnectionStrings__Audio"]!;

    /// <summary>The silos, including those that have ended, in the order of their start.</summary>
    public IReadOnlyList<MemberProcess> Silos => [.. _members.Where(member => member.Name.StartsWith("silo", StringComparison.Ordinal))];

    /// <summary>The gateways, including those that have ended, in the order of their start.</summary>
    public IReadOnlyList<MemberProcess> Gateways => [.. _members.Where(member => member.Name.StartsWith("gateway", StringComparison.Ordinal))];

    /// <summary>The last lines of all logs, for the output of a test that failed.</summary>
    public string LogTails => string.Join("\n\n", _members.Select(member => $"== {member.Name}\n{member.LogTail()}"));

    /// <summary>A member by its name.</summary>
    public MemberProcess this[string name] => _members.Single(member => member.Name == name);

    /// <summary>Starts a cluster and waits until all members are ready.</summary>
    public static async Task<ClusterProcess> StartAsync(int silos = 3, int gateways = 2, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var cluster = new ClusterProcess(NewSettings(await PostgresServer.NewDatabaseAsync()).SetItems(settings ?? ImmutableDictionary<string, string?>.Empty));
        try
        {
            await Task.WhenAll([.. Enumerable.Range(0, silos).Select(_ => cluster.StartSiloAsync()), .. Enumerable.Range(0, gateways).Select(_ => cluster.StartGatewayAsync())]);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The settings of all members of a new cluster.</summary>
    public static ImmutableDictionary<string, string?> NewSettings(string connectionString) => Programs.Settings
        .Add("ConnectionStrings__Audio", connectionString)
        .Add("Secrets__MasterKey", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))
        .Add("Cluster__Membership", "postgres")
        .Add("Cluster__Address", "127.0.0.1")
        .Add("Cluster__Secret", Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Adds a silo and waits until it is ready.</summary>
    public Task<MemberProcess> StartSiloAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var nodePort = FreePort.Next();
        return StartAsync("silo", "Silo", nodePort, settings, ImmutableDictionary<string, string?>.Empty
            .Add("Cluster__SiloPort", Text(FreePort.Next())).Add("Cluster__ClientPort", Text(FreePort.Next())).Add("Cluster__NodePort", Text(nodePort)));
    }

    /// <summary>Adds a gateway and waits until it is ready.</summary>
    public Task<MemberProcess> StartGatewayAsync(IReadOnlyDictionary<string, string?>? settings = null) =>
        StartAsync("gateway", "Gateway", FreePort.Next(), settings, ImmutableDictionary<string, string?>.Empty.Add("Cluster__Role", "gateway"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_members.Select(member => member.DisposeAsync().AsTask()));
        _folder.Dispose();
    }

    private async Task<MemberProcess> StartAsync(
        string kind, string program, int port, IReadOnlyDictionary<string, string?>? settings, ImmutableDictionary<string, string?> own)
    {
        string name;
        lock (_names)
            name = $"{kind}-{Text(_names[kind] = _names.GetValueOrDefault(kind) + 1)}";
        var all = _settings.SetItems(own).Add("Cluster__NodeName", name).Add("Data", _folder[name]).SetItems(settings ?? ImmutableDictionary<string, string?>.Empty);
        var member = await MemberProcess.StartAsync(name, program, new Uri($"http://127.0.0.1:{Text(port)}"), all);
        lock (_members)
        {
            _members.Add(member);
            _members.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        }
        return member;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
