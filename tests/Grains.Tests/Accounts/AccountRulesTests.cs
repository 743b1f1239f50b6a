using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Tests.Accounts;

public sealed class AccountRulesTests
{
    private static readonly RegisterAccount Command = new("dj@example.org", "correct horse 1!", "DJ", AccountRole.Dj, false);

    [Fact]
    public void A_valid_request_has_no_problems() => Assert.Empty(AccountRules.Check(Command));

    [Theory]
    [InlineData("short1!")]
    [InlineData("12345678!")]
    [InlineData("no digit!")]
    [InlineData("nospecial1")]
    [InlineData("nul inside 1!\0")]
    [InlineData("seventy-three bytes 1! ..................................................")]
    [InlineData("日本日本日本日本日本日本日本日本日本日本日本日本1!")]
    public void A_password_that_breaks_one_rule_has_one_problem(string password)
    {
        var problem = Assert.Single(AccountRules.Check(Command with { Password = password }));
        Assert.Equal("password", problem.Field);
    }

    [Fact]
    public void Every_broken_rule_is_reported() =>
        Assert.Equal(4, AccountRules.Check(Command with { Password = "" }).Length);

    [Fact]
    public void A_password_of_72_bytes_is_accepted() => Assert.Empty(AccountRules.Check(Command with { Password = new string('x', 70) + "1!" }));

    [Theory]
    [InlineData("name", "x\ny", "dj@example.org", AccountRole.Dj)]
    [InlineData("email", "DJ", "nobody", AccountRole.Dj)]
    [InlineData("role", "DJ", "dj@example.org", AccountRole.Admin)]
    public void Other_fields_are_checked(string field, string name, string email, AccountRole role) =>
        Assert.Equal(field, Assert.Single(AccountRules.Check(Command with { Name = name, Email = email, Role = role })).Field);

    [Fact]
    public void Each_role_has_all_scopes_of_the_role_below_it()
    {
        var (listener, dj, admin) = (AccountRules.ScopesOf(AccountRole.Listener), AccountRules.ScopesOf(AccountRole.Dj), AccountRules.ScopesOf(AccountRole.Admin));
        Assert.Subset(dj.ToHashSet(), listener.ToHashSet());
        Assert.Subset(admin.ToHashSet(), dj.ToHashSet());
        Assert.DoesNotContain(listener, scope => scope.EndsWith(":write", StringComparison.Ordinal));
        Assert.DoesNotContain("admin", dj);
        Assert.Contains("admin", admin);
    }

    [Theory]
    [InlineData(" DJ@Example.ORG ", "dj@example.org")]
    [InlineData("dj+tag@sub.example.org", "dj+tag@sub.example.org")]
    [InlineData("ÜNÏ@example.org", "ünï@example.org")]
    public void An_address_is_normalized(string text, string expected) => Assert.Equal(expected, EmailAddress.Normalize(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("@example.org")]
    [InlineData("dj@")]
    [InlineData("dj@a@b")]
    [InlineData("d j@example.org")]
    [InlineData("dj@example.org\r\nBcc: all@example.org")]
    [InlineData("dj\0@example.org")]
    [InlineData("a@example.org,b@example.org")]
    [InlineData("dj@[127.0.0.1]")]
    [InlineData("dj@127.0.0.1")]
    [InlineData("x23456789012345678901234567890123456789012345678901234567890123456@example.org")]
    public void An_invalid_address_is_rejected(string? text) => Assert.Null(EmailAddress.Normalize(text));

    [Fact]
    public void An_address_with_half_a_surrogate_pair_is_rejected() => Assert.Null(EmailAddress.Normalize("half\ud83c@example.org"));

    [Fact]
    public void An_address_has_at_most_254_characters()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('x', 49), 5));
        Assert.Null(EmailAddress.Normalize($"dj-dj-@{domain}"));
        Assert.NotNull(EmailAddress.Normalize($"dj@{domain}"));
    }
}
