using AudioOrleans.Persistence.Domains;

namespace AudioOrleans.Persistence.Tests.Domains;

public sealed class DomainTablesTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    private static readonly DateTime Now = new(2026, 11, 21, 6, 0, 0, DateTimeKind.Utc);

    private static int s_count;

    private readonly DomainTables _tables = new(test.Database);

    [Fact]
    public async Task A_claim_blocks_its_own_account_only_until_it_is_verified()
    {
        var (one, other) = (Row(), Row());
        other = other with { Host = one.Host };
        await WriteAsync(one);
        await WriteAsync(other); // Another account may claim the same host.
        var again = await Assert.ThrowsAsync<DuplicateKeyException>(() => WriteAsync(one with { DomainId = Guid.NewGuid() }));
        Assert.Equal(DomainTables.OneClaim, again.ConstraintName);
        Assert.False(await _tables.IsTakenAsync(one.Host, other.DomainId, default));

        await WriteAsync(one with { VerificationStatus = "verified" });
        Assert.True(await _tables.IsTakenAsync(one.Host, other.DomainId, default));
        Assert.False(await _tables.IsTakenAsync(one.Host, one.DomainId, default));
        var taken = await Assert.ThrowsAsync<DuplicateKeyException>(() => WriteAsync(other with { VerificationStatus = "verified" }));
        Assert.Equal(DomainTables.OneVerified, taken.ConstraintName);

        await WriteAsync(one with { VerificationStatus = "failed" });
        await WriteAsync(other with { VerificationStatus = "verified" });
        Assert.Equal(other.DomainId, (await _tables.FindHostAsync(one.Host, default))!.DomainId);
    }

    [Fact]
    public async Task Of_two_accounts_that_verify_a_host_together_one_does()
    {
        var one = Row() with { VerificationStatus = "verified" };
        var other = Row() with { Host = one.Host, VerificationStatus = "verified" };
        var outcomes = await Task.WhenAll(new[] { one, other }.Select(async row =>
        {
            try
            {
                await WriteAsync(row);
                return true;
            }
            catch (DuplicateKeyException)
            {
                return false;
            }
        }));
        Assert.Single(outcomes, succeeded => succeeded);
    }

    [Fact]
    public async Task Gateways_hear_of_each_change_once_and_in_order()
    {
        var row = Row();
        var before = await LastVersionAsync();
        await WriteAsync(row);
        Assert.Empty(await ChangesAsync(before, row));
        await WriteAsync(row with { VerificationStatus = "verified" });
        var verified = Assert.Single(await ChangesAsync(before, row));
        Assert.Equal((row.DomainId, row.PodcastId, 0L), (verified.DomainId, verified.PodcastId, verified.Certificate));
        await WriteAsync(row with { VerificationStatus = "verified", TlsStatus = "pending" }); // Nothing that a gateway serves.
        Assert.Empty(await ChangesAsync(verified.Version, row));
        await WriteAsync(row with { VerificationStatus = "verified", TlsStatus = "issued" }, certificate: 7);
        var issued = Assert.Single(await ChangesAsync(verified.Version, row));
        Assert.Equal(7, issued.Certificate);
        await test.Database.InTransactionAsync(transaction => DomainTables.RemoveAsync(transaction, row.DomainId, default));
        var removed = Assert.Single(await ChangesAsync(issued.Version, row));
        Assert.Equal((row.Host, null, null, 0L), (removed.Host, removed.DomainId, removed.PodcastId, removed.Certificate));
        Assert.DoesNotContain(await _tables.ListChangesAsync(0, 1000, default), host => host.Host == row.Host);
        Assert.Null(await _tables.FindHostAsync(row.Host, default));
    }

    [Fact]
    public async Task A_change_that_commits_late_is_not_missed()
    {
        var (slow, quick) = (Row() with { VerificationStatus = "verified" }, Row() with { VerificationStatus = "verified" });
        var before = await LastVersionAsync();
        Task writing = Task.CompletedTask;
        await test.Database.InTransactionAsync(async transaction =>
        {
            await DomainTables.WriteAsync(transaction, slow, 0, default);
            writing = WriteAsync(quick); // It waits, so that its version is not seen before this one.
            Assert.Empty(await ChangesAsync(before, slow, quick));
        });
        await writing;
        Assert.Equal([slow.Host, quick.Host], (await ChangesAsync(before, slow, quick)).Select(host => host.Host));
    }

    [Fact]
    public async Task A_certificate_goes_with_its_domain()
    {
        var row = Row() with { VerificationStatus = "verified" };
        await test.Database.InTransactionAsync(async transaction =>
        {
            await DomainTables.WriteAsync(transaction, row, 1, default);
            await DomainTables.StoreCertificateAsync(transaction, new DomainCertificateRow(row.DomainId, 1, [1, 2, 3], Now, Now.AddDays(90)), default);
        });
        Assert.Equal([1, 2, 3], (await _tables.FindCertificateAsync(row.Host, default))!.Sealed);
        await WriteAsync(row with { VerificationStatus = "failed" });
        Assert.Null(await _tables.FindCertificateAsync(row.Host, default));
        await WriteAsync(row, certificate: 0);
        Assert.Null(await _tables.FindCertificateAsync(row.Host, default));
    }

    [Fact]
    public async Task An_account_lists_its_own_domains_and_of_two_new_accounts_at_an_authority_the_first_stays()
    {
        var owner = Guid.NewGuid();
        var rows = Enumerable.Range(0, 3).Select(i => Row() with { OwnerId = owner, CreatedAt = Now.AddMinutes(i) }).ToList();
        foreach (var row in rows.Append(Row()))
            await WriteAsync(row);
        Assert.Equal(3, await _tables.CountAsync(owner, default));
        var page = await _tables.ListAsync(owner, null, 2, default);
        Assert.Equal([rows[2], rows[1]], page);
        Assert.Equal([rows[0]], await _tables.ListAsync(owner, (page[^1].CreatedAt, page[^1].DomainId), 2, default));
        Assert.True((await _tables.ListAsync(null, null, 100, default)).Count > 3);

        await _tables.AddAccountAsync("https://acme.test/dir", [1], Now, default);
        await _tables.AddAccountAsync("https://acme.test/dir", [2], Now, default);
        Assert.Equal([1], await _tables.FindAccountAsync("https://acme.test/dir", default));
        await _tables.RemoveAccountAsync("https://acme.test/dir", [2], default);
        Assert.NotNull(await _tables.FindAccountAsync("https://acme.test/dir", default));
        await _tables.RemoveAccountAsync("https://acme.test/dir", [1], default);
        Assert.Null(await _tables.FindAccountAsync("https://acme.test/dir", default));
    }

    private static DomainRow Row() => new(Guid.NewGuid(), Guid.NewGuid(), $"show{Interlocked.Increment(ref s_count)}.example.org", Guid.NewGuid(), "pending", "none", Now);

    private Task WriteAsync(DomainRow row, long certificate = 0) => test.Database.InTransactionAsync(transaction => DomainTables.WriteAsync(transaction, row, certificate, default));

    private async Task<long> LastVersionAsync() => (await _tables.ListChangesAsync(0, 1000, default)).Select(host => host.Version).DefaultIfEmpty(0).Max();

    private async Task<List<DomainHostRow>> ChangesAsync(long after, params DomainRow[] rows) =>
        [.. (await _tables.ListChangesAsync(after, 1000, default)).Where(host => rows.Any(row => row.Host == host.Host))];
}
