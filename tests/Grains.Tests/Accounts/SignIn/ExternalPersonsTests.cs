using System.Text.Json;
using AudioOrleans.Grains.Accounts.SignIn;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Grains.Tests.Accounts.SignIn;

public sealed class ExternalPersonsTests
{
    [Fact]
    public void Google_says_who_it_is() => Assert.Equal(
        new ExternalPerson("google", "117", "asa@example.org", "Åsa"),
        Google("""{"sub":"117","email":"Asa@Example.org","email_verified":true,"name":" Åsa ","picture":"x"}"""));

    [Theory]
    [InlineData("""{"sub":"117","email":"asa@example.org","email_verified":false}""")]
    [InlineData("""{"sub":"117","email":"asa@example.org"}""")]
    [InlineData("""{"sub":"117","email":"asa@example.org","email_verified":1}""")]
    [InlineData("""{"sub":"117","email":"nobody","email_verified":true}""")]
    [InlineData("""{"sub":"117","email_verified":true}""")]
    [InlineData("""{"sub":"117","email":["asa@example.org"],"email_verified":true}""")]
    public void An_address_counts_only_when_it_is_verified_and_one(string json) => Assert.Equal(new ExternalPerson("google", "117", null, ""), Google(json));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"sub":117}""")]
    [InlineData("""{"sub":""}""")]
    [InlineData("""{"sub":"1 2"}""")]
    [InlineData("""{"sub":"1\u00002"}""")]
    public void Who_has_no_id_is_nobody(string json) => Assert.Null(Google(json));

    [Fact]
    public void Of_githubs_addresses_the_primary_verified_one_counts() => Assert.Equal(
        new ExternalPerson("github", "583231", "asa@example.org", "Åsa"),
        GitHub("""{"id":583231,"login":"asa","name":"Åsa","email":"shown@example.org"}""",
            """[{"email":"a@example.org","primary":false,"verified":true},{"email":"asa@example.org","primary":true,"verified":true}]"""));

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""[{"email":"asa@example.org","primary":true,"verified":false}]""")]
    [InlineData("""[{"email":"asa@example.org","primary":false,"verified":true}]""")]
    [InlineData("""["asa@example.org"]""")]
    public void No_other_of_githubs_addresses_counts(string emails) =>
        Assert.Equal(new ExternalPerson("github", "1", null, "asa"), GitHub("""{"id":1,"login":"asa","name":null}""", emails));

    [Theory]
    [InlineData("""{"login":"asa"}""")]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""{"id":1.5}""")]
    [InlineData("""{"id":0}""")]
    public void Who_has_no_id_at_github_is_nobody(string user) => Assert.Null(GitHub(user, "[]"));

    [Fact]
    public void A_name_is_cut_to_what_a_name_may_be_here()
    {
        var name = Google($$"""{"sub":"1","name":"{{new string('x', 199)}}😀y"}""")!.Name;
        Assert.Equal(new string('x', 199), name);
        Assert.Equal("ab", Google("""{"sub":"1","name":"a\u0007\nb"}""")!.Name);
    }

    private static ExternalPerson? Google(string json) => ExternalPersons.ReadGoogle(JsonDocument.Parse(json).RootElement);

    private static ExternalPerson? GitHub(string user, string emails) => ExternalPersons.ReadGitHub(JsonDocument.Parse(user).RootElement, JsonDocument.Parse(emails).RootElement);
}
