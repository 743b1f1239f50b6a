using System.Globalization;
using System.Net;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Testing;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Messaging;

namespace AudioOrleans.Cluster.Tests.Membership;

/// <summary>Runs Orleans' own membership table with the SQL of the schema on a real PostgreSQL.</summary>
public sealed class MembershipTableTests : IAsyncLifetime
{
    private const string Invariant = "Npgsql";

    // Orleans stores some times in whole seconds; PostgreSQL stores microseconds.
    private static readonly DateTime Noon = new(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);

    private readonly List<IHost> _hosts = [];
    private string _connectionString = "";
    private IMembershipTable _table = null!;

    private AudioDatabase Database { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _connectionString = await PostgresServer.NewDatabaseAsync();
        Database = new AudioDatabase(_connectionString);
        await new Migrator(Database).ApplyAsync();
        _table = await OpenAsync("audio");
    }

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            host.Dispose();
        await Database.DisposeAsync();
    }

    [Fact]
    public async Task A_new_cluster_has_a_version_and_no_members_and_is_created_once()
    {
        var before = await _table.ReadAllAsync();
        Assert.Empty(before.Members);
        Assert.Equal(0, before.Version.Version);
        await _table.InitializeMembershipTableAsync(true);
        await OpenAsync("audio");
        Assert.Equal(1, await Database.RunAsync(connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM cluster_versions")));
    }

    [Fact]
    public async Task A_joining_silo_is_read_back_as_written()
    {
        var silo = Entry(1, SiloStatus.Joining);
        Assert.True(await InsertAsync(silo));
        var all = await _table.ReadAllAsync();
        Assert.Equal(1, all.Version.Version);
        var (read, _) = Assert.Single(all.Members);
        Assert.Equal(
            (silo.SiloAddress, silo.SiloName, silo.HostName, silo.Status, silo.ProxyPort, silo.StartTime, silo.IAmAliveTime),
            (read.SiloAddress, read.SiloName, read.HostName, read.Status, read.ProxyPort, read.StartTime, read.IAmAliveTime));
        Assert.Empty(read.SuspectTimes ?? []);
        Assert.Equal(silo.SiloAddress, Assert.Single((await _table.ReadRowAsync(silo.SiloAddress)).Members).Item1.SiloAddress);
        Assert.Empty((await _table.ReadRowAsync(Entry(2, SiloStatus.Active).SiloAddress)).Members);
    }

    [Fact]
    public async Task A_silo_can_join_only_once()
    {
        Assert.True(await InsertAsync(Entry(1, SiloStatus.Joining)));
        Assert.False(await InsertAsync(Entry(1, SiloStatus.Joining)));
        Assert.True(await InsertAsync(Entry(1, SiloStatus.Joining, generation: 2))); // A restart at the same address.
        Assert.Equal(2, (await _table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Exactly_one_of_several_changes_based_on_the_same_version_succeeds()
    {
        var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync("audio")));
        var seen = (await _table.ReadAllAsync()).Version;
        var joined = await Task.WhenAll(others.Select((table, i) => Task.Run(() => table.InsertRowAsync(Entry(i + 1, SiloStatus.Active), seen.Next()))));
        Assert.Single(joined, succeeded => succeeded);
        var all = await _table.ReadAllAsync();
        Assert.Equal((1, 1), (all.Version.Version, all.Members.Count));

        var (member, etag) = all.Members[0];
        var changed = await Task.WhenAll(others.Select((table, i) => Task.Run(() =>
        {
            var mine = Copy(member, i % 2 == 0 ? SiloStatus.Dead : SiloStatus.ShuttingDown);
            return table.UpdateRowAsync(mine, etag, all.Version.Next());
        })));
        Assert.Single(changed, succeeded => succeeded);
        Assert.Equal(2, (await _table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task A_change_based_on_an_old_version_or_for_an_unknown_silo_is_rejected()
    {
        Assert.True(await InsertAsync(Entry(1, SiloStatus.Active)));
        var old = await _table.ReadAllAsync();
        Assert.True(await InsertAsync(Entry(2, SiloStatus.Active)));
        var (member, etag) = old.Members[0];
        Assert.False(await _table.UpdateRowAsync(Copy(member, SiloStatus.Dead), etag, old.Version.Next()));
        var now = (await _table.ReadAllAsync()).Version;
        Assert.False(await _table.UpdateRowAsync(Entry(3, SiloStatus.Dead), etag, now.Next()));
        var after = await _table.ReadAllAsync();
        Assert.Equal(2, after.Version.Version);
        Assert.All(after.Members, pair => Assert.Equal(SiloStatus.Active, pair.Item1.Status));
    }

    [Fact]
    public async Task Suspicions_of_a_dead_silo_are_stored_with_their_times()
    {
        Assert.True(await InsertAsync(Entry(1, SiloStatus.Active)));
        var all = await _table.ReadAllAsync();
        var (member, etag) = all.Members[0];
        var dead = Copy(member, SiloStatus.Dead);
        dead.AddSuspector(Entry(2, SiloStatus.Active).SiloAddress, Noon.AddSeconds(7));
        dead.AddSuspector(Entry(3, SiloStatus.Active).SiloAddress, Noon.AddSeconds(8));
        Assert.True(await _table.UpdateRowAsync(dead, etag, all.Version.Next()));
        var read = Assert.Single((await _table.ReadAllAsync()).Members).Item1;
        Assert.Equal(SiloStatus.Dead, read.Status);
        Assert.Equal(dead.SuspectTimes, read.SuspectTimes);
    }

    [Fact]
    public async Task An_I_am_alive_update_does_not_change_the_version()
    {
        var silo = Entry(1, SiloStatus.Active);
        Assert.True(await InsertAsync(silo));
        silo.IAmAliveTime = Noon.AddMinutes(1);
        await _table.UpdateIAmAliveAsync(silo);
        var all = await _table.ReadAllAsync();
        Assert.Equal((1, Noon.AddMinutes(1)), (all.Version.Version, all.Members[0].Item1.IAmAliveTime));
    }

    [Fact]
    public async Task Silos_that_died_long_ago_are_cleaned_up()
    {
        Assert.True(await InsertAsync(Entry(1, SiloStatus.Active)));
        Assert.True(await InsertAsync(Entry(2, SiloStatus.Dead)));
        Assert.True(await InsertAsync(Entry(3, SiloStatus.ShuttingDown))); // The other silos have to declare it dead first.
        Assert.True(await InsertAsync(Entry(4, SiloStatus.Dead, aliveAt: Noon.AddHours(2))));
        await _table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(Noon.AddHours(1)));
        Assert.Equal(["silo-1", "silo-3", "silo-4"], (await _table.ReadAllAsync()).Members.Select(member => member.Item1.SiloName).Order());
    }

    [Fact]
    public async Task Clusters_do_not_see_each_other()
    {
        var other = await OpenAsync("other");
        Assert.True(await InsertAsync(Entry(1, SiloStatus.Active)));
        Assert.Empty((await other.ReadAllAsync()).Members);
        Assert.True(await other.InsertRowAsync(Entry(1, SiloStatus.Active), (await other.ReadAllAsync()).Version.Next()));
        await other.DeleteMembershipTableEntriesAsync("other");
        Assert.Single((await _table.ReadAllAsync()).Members);
        Assert.Equal(1, await Database.RunAsync(connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM cluster_versions")));
    }

    [Fact]
    public async Task Gateways_find_the_active_silos_that_accept_clients()
    {
        Assert.True(await InsertAsync(Entry(1, SiloStatus.Active)));
        Assert.True(await InsertAsync(Entry(2, SiloStatus.Joining)));
        Assert.True(await InsertAsync(Entry(3, SiloStatus.Active, clientPort: 0)));
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleansClient(client => client
            .Configure<ClusterOptions>(ids => (ids.ClusterId, ids.ServiceId) = ("audio", "audio"))
            .UseAdoNetClustering(tables => (tables.Invariant, tables.ConnectionString) = (Invariant, _connectionString)));
        var host = builder.Build();
        _hosts.Add(host);
        var gateways = host.Services.GetRequiredService<IGatewayListProvider>();
        await gateways.InitializeGatewayListProvider();
        Assert.Equal(30_001, Assert.Single(await gateways.GetGateways()).Port);
    }

    /// <summary>Opens the table as a silo does, without starting the silo.</summary>
    private async Task<IMembershipTable> OpenAsync(string cluster)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(ids => (ids.ClusterId, ids.ServiceId) = (cluster, cluster))
            .UseAdoNetClustering(tables => (tables.Invariant, tables.ConnectionString) = (Invariant, _connectionString)));
        var host = builder.Build();
        _hosts.Add(host);
        var table = host.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true);
        return table;
    }

    private async Task<bool> InsertAsync(MembershipEntry entry) => await _table.InsertRowAsync(entry, (await _table.ReadAllAsync()).Version.Next());

    private static MembershipEntry Entry(int number, SiloStatus status, int generation = 1, DateTime? aliveAt = null, int? clientPort = null) => new()
    {
        SiloAddress = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11_000 + number), generation),
        SiloName = "silo-" + number.ToString(CultureInfo.InvariantCulture),
        HostName = "machine",
        Status = status,
        ProxyPort = clientPort ?? 30_000 + number,
        StartTime = Noon,
        IAmAliveTime = aliveAt ?? Noon,
    };

    private static MembershipEntry Copy(MembershipEntry entry, SiloStatus status) => new()
    {
        SiloAddress = entry.SiloAddress,
        SiloName = entry.SiloName,
        HostName = entry.HostName,
        Status = status,
        ProxyPort = entry.ProxyPort,
        StartTime = entry.StartTime,
        IAmAliveTime = entry.IAmAliveTime,
        SuspectTimes = entry.SuspectTimes,
    };
}
